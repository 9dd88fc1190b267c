/* Draws the accesses of a recording from their table: time across, a line for each register, a mark for each access. */
(function () {
	"use strict";
	const figure = document.querySelector("figure[data-timeline]");
	if (typeof uPlot !== "function" || !figure) return;
	const body = figure.querySelector("tbody"), lanes = [...figure.querySelectorAll(".lanes li")].map((l) => l.textContent.trim());
	/* In the order of accesses; of several processes, times may go back a little, and an axis cannot. */
	const all = [...body.rows].map((row, i) => ({ row, i, x: +row.dataset.x, end: +row.dataset.end, y: +row.dataset.y, y2: +row.dataset.y2,
		n: +row.dataset.n, bad: "bad" in row.dataset, what: row.dataset.what })).sort((a, b) => a.x - b.x || a.i - b.i);
	if (!all.length) return;
	const night = matchMedia("(prefers-color-scheme: dark)");
	const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
	/* Mark and colour differ; what breaks a rule has a cross over its mark, too. */
	const kinds = { read: { mark: "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0Z", light: "#0b5fa5", dark: "#6db6ff" },
		write: { mark: "M0 -4.5L4.5 3.5H-4.5Z", light: "#b85c00", dark: "#ffb648", full: true },
		bad: { mark: "M-5 -5L5 5M5 -5L-5 5", light: "#b3261e", dark: "#ff8d82" } };
	const colour = (kind) => kinds[kind][night.matches ? "dark" : "light"];
	const kind = (a) => a.what === "refused" ? "bad" : a.what;
	const hidden = new Set(), make = (name, attributes, ...inner) => {
		const e = document.createElement(name);
		for (const key in attributes) e.setAttribute(key, attributes[key]);
		e.append(...inner);
		return e;
	};
	const seen = (a) => !hidden.has(kind(a)) || (a.bad && !hidden.has("bad"));
	const at = (a) => order ? a.place : a.x, until = (a) => order ? a.place + (a.n > 1 ? .7 : 0) : a.end;
	const gap = +figure.dataset.leftOut;
	let order = false, chart, focus = -1, drawn = 0;
	all.forEach((a, i) => { a.place = i; });

	const hint = "Point at a mark, or focus the picture and use the arrow keys, to read it; draw across it to see a part, double-click for all.";
	const canvas = make("div", { "class": "canvas", tabindex: "0", role: "img", "aria-label": "Accesses by time and register; the table below has the same" });
	const out = make("p", { "class": "readout", "aria-live": "polite" }, hint);

	function tell(a) {
		out.textContent = "";
		focus = a ? a.place : -1;
		if (!a) { out.textContent = hint; return; }
		const heads = figure.querySelectorAll("thead th");
		[...a.row.cells].forEach((cell, i) => {
			if (cell.textContent.trim()) out.append(heads[i].textContent + " ", make("b", {}, cell.textContent.trim()));
		});
	}

	/* The next mark in the picture, not in time alone. */
	function nearest(u) {
		const { left, top } = u.cursor;
		let best = null, least = 30 * 30;
		if (left < 0) return null;
		for (const a of all) {
			if (!seen(a)) continue;
			const x0 = u.valToPos(at(a), "x"), x1 = Math.max(x0, u.valToPos(until(a), "x"));
			const dx = left < x0 ? x0 - left : left > x1 ? left - x1 : 0, part = x1 > x0 ? Math.min(1, Math.max(0, (left - x0) / (x1 - x0))) : 0;
			const dy = u.valToPos(a.y + (a.y2 - a.y) * part, "y") - top;
			if (dx * dx + dy * dy < least) { least = dx * dx + dy * dy; best = a; }
		}
		return best;
	}

	function mark(c, ratio, name, x, y, full) {
		const path = new Path2D(kinds[name].mark);
		c.save();
		c.translate(x, y);
		c.scale(ratio * .9, ratio * .9);
		c.lineWidth = 1.8;
		c.strokeStyle = colour(name);
		c.fillStyle = full ? colour(name) : token("--panel");
		if (name !== "bad") c.fill(path);
		c.stroke(path);
		c.restore();
	}

	function marks(u) {
		const c = u.ctx, ratio = devicePixelRatio || 1, { min, max } = u.scales.x;
		c.save();
		c.beginPath();
		c.rect(u.bbox.left - 6 * ratio, u.bbox.top - 6 * ratio, u.bbox.width + 12 * ratio, u.bbox.height + 12 * ratio);
		c.clip();
		if (gap) {
			const x0 = u.valToPos(until(all[gap - 1]), "x", true), x1 = Math.max(u.valToPos(at(all[gap]), "x", true), x0 + 2 * ratio);
			c.fillStyle = token("--grid");
			c.fillRect(x0, u.bbox.top, x1 - x0, u.bbox.height);
		}
		drawn = 0;
		for (const a of all) {
			if (!seen(a) || until(a) < min || at(a) > max) continue;
			const x = u.valToPos(at(a), "x", true), y = u.valToPos(a.y, "y", true);
			if (a.n > 1) {
				c.strokeStyle = colour(kind(a));
				c.lineWidth = 3 * ratio;
				c.beginPath();
				c.moveTo(x, y);
				c.lineTo(Math.max(u.valToPos(until(a), "x", true), x + 5 * ratio), u.valToPos(a.y2, "y", true));
				c.stroke();
			}
			if (!hidden.has(kind(a))) mark(c, ratio, kind(a), x, y, kinds[kind(a)].full);
			if (a.bad && !hidden.has("bad")) mark(c, ratio, "bad", x, y);
			drawn++;
		}
		c.restore();
		/* For tests. */
		figure.dataset.drawn = drawn;
	}

	function draw() {
		const width = canvas.clientWidth, narrow = width < 560, size = Math.min(narrow ? 110 : 230, 14 + 7 * Math.max(...lanes.map((l) => l.length)));
		if (chart) chart.destroy();
		chart = null;
		if (width < 50) return;
		const axis = (more) => Object.assign({ stroke: token("--quiet"), grid: { stroke: token("--grid"), width: 1 },
			ticks: { stroke: token("--line"), width: 1, size: 4 }, font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif" }, more);
		chart = new uPlot({
			width, height: Math.max(220, 70 + lanes.length * (narrow ? 16 : 20)),
			scales: { x: { time: false, range: (u, a, b) => b > a ? [a - (b - a) * .01, b + (b - a) * .01] : [a - 1, b + 1] },
				y: { dir: -1, range: () => [-.6, lanes.length - .3] } },
			axes: [axis({ label: order ? "accesses in order" : "ms since the program began" }),
				axis({ size, splits: () => lanes.map((l, i) => i), values: () => lanes.map((l) => narrow && l.length > 13 ? l.slice(0, 12) + "…" : l), font: "11px ui-monospace, monospace" })],
			legend: { show: false }, cursor: { y: false, drag: { x: true, y: false, setScale: true }, points: { show: false } },
			series: [{}, { paths: () => null, points: { show: false } }],
			hooks: { draw: [marks], setCursor: [(u) => { if (u.cursor.event) tell(nearest(u)); }] },
		}, [all.map(at), all.map((a) => a.y)], canvas);
	}

	/* Arrow keys walk from mark to mark. */
	canvas.addEventListener("keydown", (event) => {
		const step = { ArrowRight: 1, ArrowLeft: -1, Home: -all.length, End: all.length }[event.key];
		if (!step || !chart) return;
		event.preventDefault();
		let next = Math.min(all.length - 1, Math.max(0, focus + step));
		while (all[next] && !seen(all[next])) next += Math.sign(step);
		const a = all[next];
		if (!a) return;
		tell(a);
		chart.setCursor({ left: chart.valToPos(at(a), "x"), top: chart.valToPos(a.y, "y") });
	});

	const legend = make("ul", { "class": "legend", "aria-label": "Accesses in this picture" });
	for (const [name, words, count] of [["read", "reads", (a) => a.what === "read"], ["write", "writes", (a) => a.what === "write"], ["bad", "breaks a rule", (a) => a.bad]]) {
		const some = all.filter(count), button = make("button", { type: "button", "aria-pressed": "true", "data-kind": name });
		if (!some.length) continue;
		button.innerHTML = "<svg viewBox='-18 -7 36 14' aria-hidden='true'><path stroke-width='2' d='" + kinds[name].mark + "'/></svg>";
		button.append(words + ": " + some.reduce((n, a) => n + a.n, 0));
		button.addEventListener("click", () => {
			if (!hidden.delete(name)) hidden.add(name);
			button.setAttribute("aria-pressed", !hidden.has(name));
			if (chart) chart.redraw();
		});
		legend.append(make("li", {}, button));
	}
	const select = make("select", {}, make("option", { value: "time" }, "time"), make("option", { value: "order" }, "order of accesses"));
	select.addEventListener("change", () => { order = select.value === "order"; draw(); });
	const paint = () => {
		legend.querySelectorAll("button").forEach((b) => b.querySelectorAll("path").forEach((p) => {
			p.style.stroke = colour(b.dataset.kind);
			p.style.fill = kinds[b.dataset.kind].full ? colour(b.dataset.kind) : "none";
		}));
		draw();
	};

	const box = figure.querySelector("details");
	box.before(make("label", { "class": "choose quiet" }, "Across: ", select), legend, canvas, out);
	box.open = false;
	paint();
	let last = canvas.clientWidth;
	new ResizeObserver(() => { if (canvas.clientWidth !== last) { last = canvas.clientWidth; draw(); } }).observe(canvas);
	night.addEventListener("change", paint);
	addEventListener("beforeprint", () => { box.open = true; });
})();
