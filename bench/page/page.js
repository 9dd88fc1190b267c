/* Draws the tables that say how (data-plot) with uPlot. The cells are the data: nothing is read from anywhere else. */
(function () {
	"use strict";
	if (typeof uPlot !== "function") return;

	/* Colours that stay apart for colour-blind readers; a routine keeps its own in every plot. */
	const light = { "strict": "#0b5fa5", "strict-s": "#1f9bcf", "strict-portable": "#7a8fd6", "wide-m": "#0e7c5a", "wide-sse2": "#86b817",
		"wide-avx2": "#4d9a2a", "wide-avx512": "#2f6b3b", "mem": "#7d4aa8", "mem-avx512": "#b06fd0", "glibc": "#c8381f",
		"kernel-generic": "#d98200", "kernel-x86": "#8c5a2b", "dpdk": "#c2407e", "bytes": "#7b7f86", "view": "#00808a" };
	const dark = { "strict": "#6db6ff", "strict-s": "#48cdf2", "strict-portable": "#a5b4f5", "wide-m": "#3fd6a4", "wide-sse2": "#c4e45f",
		"wide-avx2": "#93d667", "wide-avx512": "#63ba7c", "mem": "#b994e8", "mem-avx512": "#dba6f2", "glibc": "#ff7d66",
		"kernel-generic": "#ffb648", "kernel-x86": "#d09a68", "dpdk": "#f583b6", "bytes": "#9aa1aa", "view": "#4fd0d8" };
	/* Whatever has no colour of its own, such as architectures: found by a search for the largest least distance (CIE 1976) in normal
	   vision and in three kinds of colour blindness, which is above 28. */
	const spare = { light: ["#0b2df9", "#5c2504", "#f93aa3", "#075e50", "#af71f7", "#29082b", "#f03012", "#250275"],
		dark: ["#619eed", "#a3ed0d", "#e50a21", "#e5dc90", "#aa1ef9", "#1dfce0", "#d07c7d", "#cb118f"] };
	/* A colour is never the only difference: each series of a plot has a mark too, and those without a colour of their own a dash. */
	const marks = ["M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0Z", "M-3.5 -3.5H3.5V3.5H-3.5Z", "M0 -4.5L4.5 3.5H-4.5Z", "M0 -5L5 0L0 5L-5 0Z",
		"M0 4.5L4.5 -3.5H-4.5Z", "M-4 -4L4 4M4 -4L-4 4", "M0 -5V5M-5 0H5", "M-2 -4.5H2L4.5 0L2 4.5H-2L-4.5 0Z"];
	const dashes = [[], [8, 3], [2, 3], [10, 3, 2, 3], [5, 2], [14, 4], [6, 2, 2, 2, 2, 2], [3, 6]];
	const first = ["strict", "strict-s", "wide-m", "glibc", "kernel-generic", "kernel-x86"];
	const night = matchMedia("(prefers-color-scheme: dark)");
	const colour = (name, i) => (night.matches ? dark : light)[name] || (night.matches ? spare.dark : spare.light)[i % spare.light.length];
	const dash = (s, i) => s.limit ? [2, 5] : s.illegal ? [7, 5] : s.name in light ? [] : dashes[i % dashes.length];
	const own = (head) => head.firstChild ? head.firstChild.textContent.trim() : "";
	const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
	const number = (cell) => { const v = parseFloat(cell.textContent.replace(/,/g, "")); return isFinite(v) ? v : null; };
	const make = (name, attributes, ...inner) => {
		const e = document.createElement(name);
		for (const key in attributes) e.setAttribute(key, attributes[key]);
		e.append(...inner);
		return e;
	};
	const bytes = (v) => v >= 1048576 ? v / 1048576 + " MiB" : v >= 1024 ? v / 1024 + " KiB" : v + " B";
	const short = (v) => v >= 1048576 ? +(v / 1048576).toPrecision(3) + "M" : v >= 1024 ? +(v / 1024).toPrecision(3) + "k" : "" + v;
	const plots = [];

	/* Powers of @base within a scale. */
	const powers = (base) => (u, axis, min, max) => {
		const out = [];
		for (let v = Math.pow(base, Math.ceil(Math.log(min) / Math.log(base) - 1e-9)); v <= max * 1.0001; v *= base) out.push(v);
		return out;
	};
	const range = (u, min, max) => min === null ? [1, 2] : [Math.pow(2, Math.floor(Math.log2(min) + .02)), max * 1.4];

	const axis = (more) => Object.assign({ filter: (u, splits) => splits, stroke: token("--quiet"), grid: { stroke: token("--grid"), width: 1 },
		ticks: { stroke: token("--line"), width: 1, size: 4 }, font: "12px system-ui, sans-serif",
		labelFont: "12px system-ui, sans-serif", labelSize: 20, labelGap: 2 }, more);

	function sizes(table, unit) {
		const heads = [...table.tHead.rows[0].cells].slice(1);
		const rows = [...table.tBodies[0].rows].filter((r) => r.cells[0].dataset.x);
		const x = rows.map((r) => +r.cells[0].dataset.x);
		const series = heads.map((h, i) => ({
			label: own(h), name: h.dataset.routine, limit: "limit" in h.dataset, illegal: "illegal" in h.dataset,
			values: rows.map((r) => number(r.cells[i + 1])),
			shown: "limit" in h.dataset || heads.length < 9 || first.includes(own(h)),
		})).filter((s) => s.values.some((v) => v !== null));
		const thin = x.length > 80;
		return {
			x, series, say: bytes, height: 400,
			scales: { x: { time: false, distr: 3, log: 2, range: (u, a, b) => [a * .9, b * 1.1] }, y: { distr: 3, log: 2, range } },
			axes: (narrow) => [axis({ label: "bytes of an operation", size: 34, splits: powers(narrow ? 16 : 4), values: (u, v) => v.map(short) }),
				axis({ label: unit, size: 44, splits: (u, i, a, b) => powers(b / a > 600 ? 4 : 2)(u, i, a, b), values: (u, v) => v.map((n) => n < 1 ? "1/" + 1 / n : n >= 1e4 ? Math.round(n / 1e3) + "k" : "" + n) })],
			points: !thin,
		};
	}

	function history(table, unit) {
		const heads = [...table.tHead.rows[0].cells].slice(1);
		const when = heads.map((h) => h.innerText.replace(/\s+/g, " "));
		const x = heads.map((h, i) => i);
		const rows = [...table.tBodies[0].rows];
		return {
			x, rows, height: 280, say: (i) => when[i],
			series: [{ label: rows[0].cells[0].textContent, name: "strict", values: [...rows[0].cells].slice(1).map(number), shown: true }],
			changes: [...rows[0].cells].slice(1).map((c) => c.dataset.change),
			scales: { x: { time: false, range: [-.4, x.length - .6] }, y: { range: (u, a, b) => {
				const pad = Math.max((b - a) * .2, Math.abs(b) * .1, 1e-6); return [a - pad, b + pad]; } } },
			axes: () => [axis({ splits: () => x, values: (u, v) => v.map((i) => (when[i] || "").replace(/^\d+-(\S+) /, "$1\n")), size: 52 }),
				axis({ label: unit, size: 56 })],
			points: true,
		};
	}

	function readout(plot, index) {
		const at = plot.x[index];
		plot.out.textContent = "";
		if (at === undefined) { plot.out.textContent = plot.hint; return; }
		plot.out.append(make("b", {}, plot.say(at)));
		plot.series.map((s, i) => [s, s.values[index], i]).filter(([s, v]) => s.shown && v !== null)
			.sort((a, b) => b[1] - a[1]).forEach(([s, v, i]) => {
				const dot = make("i", {});
				dot.style.background = s.limit ? token("--limit") : colour(s.name, i);
				const item = make("span", {}, dot, s.label + " ");
				item.append(make("b", {}, "" + v + (plot.changes && plot.changes[index] ? " (changed: " + plot.changes[index] + ")" : "")));
				plot.out.append(item);
			});
	}

	function draw(plot) {
		const width = plot.canvas.clientWidth, narrow = width < 560;
		const old = plot.chart && plot.chart.cursor.idx;
		if (plot.chart) plot.chart.destroy();
		if (width < 50) return;
		readout(plot, undefined);
		plot.chart = new uPlot({
			width, height: narrow ? Math.round(plot.height * .8) : plot.height, scales: plot.scales, axes: plot.axes(narrow),
			legend: { show: false }, cursor: { y: false, drag: { x: false, y: false }, points: { size: 9, width: 2, stroke: token("--panel"), fill: (u, i) => plot.series[i - 1].limit ? token("--limit") : colour(plot.series[i - 1].name, i - 1) } },
			series: [{}].concat(plot.series.map((s, i) => ({
				label: s.label, show: s.shown, spanGaps: true, stroke: s.limit ? token("--limit") : colour(s.name, i),
				width: s.limit ? 1.5 : s.name === "strict" ? 3 : 2, dash: dash(s, i), points: { show: false },
			}))),
			hooks: { setCursor: [(u) => readout(plot, u.cursor.idx === null ? undefined : u.cursor.idx)],
				draw: [(u) => points(u, plot), (u) => names(u, plot), (u) => changes(u, plot)],
				/* A new size or colour scheme does not lose the place. */
				ready: [(u) => { if (typeof old === "number") point(u, plot, old); }] },
		}, [plot.x].concat(plot.series.map((s) => s.values)), plot.canvas);
	}

	/* The mark of a series at each of its values. */
	function points(u, plot) {
		const c = u.ctx, ratio = devicePixelRatio || 1;
		if (!plot.points) return;
		plot.series.forEach((s, i) => {
			if (s.limit || !s.shown) return;
			s.values.forEach((v, at) => {
				if (v === null) return;
				c.save();
				c.translate(u.valToPos(plot.x[at], "x", true), u.valToPos(v, "y", true));
				c.scale(ratio * .8, ratio * .8);
				c.fillStyle = token("--panel");
				c.strokeStyle = colour(s.name, i);
				c.lineWidth = 2;
				c.setLineDash([]);
				c.fill(new Path2D(marks[i % marks.length]));
				c.stroke(new Path2D(marks[i % marks.length]));
				c.restore();
			});
		});
	}

	/* A limit is named where it is drawn. */
	function names(u, plot) {
		const c = u.ctx, ratio = devicePixelRatio || 1;
		c.save();
		c.font = 12 * ratio + "px system-ui, sans-serif";
		c.fillStyle = token("--limit");
		c.textAlign = "left";
		plot.series.forEach((s) => {
			const at = s.values.findIndex((v) => v !== null);
			if (s.limit && s.shown && at >= 0)
				c.fillText(s.label, u.valToPos(plot.x[at], "x", true), u.valToPos(s.values[at], "y", true) - 5 * ratio);
		});
		c.restore();
	}

	/* A change lies between the last run before it and the first after. */
	function changes(u, plot) {
		const c = u.ctx, ratio = devicePixelRatio || 1;
		plot.marks = 0;
		if (!plot.changes) return;
		c.save();
		c.font = 12 * ratio + "px system-ui, sans-serif";
		c.fillStyle = c.strokeStyle = token("--accent");
		c.lineWidth = 1.5 * ratio;
		c.setLineDash([4 * ratio, 4 * ratio]);
		plot.changes.forEach((text, i) => {
			if (!text) return;
			const x = u.valToPos(i - .5, "x", true), left = x < u.bbox.left + u.bbox.width * .75;
			c.beginPath();
			c.moveTo(x, u.bbox.top);
			c.lineTo(x, u.bbox.top + u.bbox.height);
			c.stroke();
			c.textAlign = left ? "left" : "right";
			c.fillText(text, x + (left ? 5 : -5) * ratio, u.bbox.top + 12 * ratio);
			plot.marks++;
		});
		c.restore();
		document.documentElement.dataset.marks = plots.reduce((n, p) => n + (p.marks || 0), 0);
	}

	function legend(plot) {
		const list = make("ul", { "class": "legend", "aria-label": "Routines in this plot" });
		plot.keys = plot.series.map((s, i) => {
			const button = make("button", { type: "button", "aria-pressed": s.shown });
			button.innerHTML = "<svg viewBox='0 0 36 14' aria-hidden='true'><path d='M0 7H36' stroke-width='3' stroke-dasharray='" +
				(dash(s, i).join(" ") || "none") + "'/>" + (s.limit || !plot.points ? "" : "<path class='mark' transform='translate(18 7)' stroke-width='2' d='" +
				marks[i % marks.length] + "'/>") + "</svg>";
			button.append(s.label);
			button.addEventListener("click", () => {
				s.shown = !s.shown;
				button.setAttribute("aria-pressed", s.shown);
				if (plot.chart) plot.chart.setSeries(i + 1, { show: s.shown });
			});
			list.append(make("li", {}, button));
			return button;
		});
		return list;
	}

	function paint(plot) {
		if (plot.keys) plot.keys.forEach((key, i) => {
			key.querySelectorAll("path").forEach((p) => { p.style.stroke = plot.series[i].limit ? token("--limit") : colour(plot.series[i].name, i); });
		});
		draw(plot);
	}

	function chooser(plot) {
		const select = make("select", {});
		plot.rows.forEach((row, i) => select.append(make("option", { value: i }, row.cells[0].textContent)));
		const choose = () => {
			const cells = [...plot.rows[+select.value].cells];
			plot.series[0].label = cells[0].textContent;
			plot.series[0].values = cells.slice(1).map(number);
			plot.changes = cells.slice(1).map((c) => c.dataset.change);
		};
		select.addEventListener("change", () => { choose(); draw(plot); });
		const at = (name) => plot.rows.findIndex((row) => row.cells[0].textContent === name);
		const best = at("toio/mmio/strict/4096") >= 0 ? at("toio/mmio/strict/4096") : at("toio/mmio/strict/256");
		if (best > 0) { select.value = best; choose(); }
		return make("label", { "class": "choose quiet" }, "Cell ", select);
	}

	function point(chart, plot, index) {
		chart.setCursor({ left: chart.valToPos(plot.x[index], "x"), top: 10 });
	}

	/* Arrow keys walk along the plot as a pointer would. */
	function keys(plot, event) {
		const step = { ArrowRight: 1, ArrowLeft: -1, Home: -1e9, End: 1e9 }[event.key];
		if (!step || !plot.chart) return;
		event.preventDefault();
		const now = plot.chart.cursor.idx, start = now === null || now === undefined ? (step > 0 ? -1 : plot.x.length) : now;
		const index = Math.min(plot.x.length - 1, Math.max(0, start + step));
		point(plot.chart, plot, index);
	}

	for (const figure of document.querySelectorAll("figure[data-plot]")) {
		const table = figure.querySelector("table");
		const plot = (figure.dataset.plot === "history" ? history : sizes)(table, figure.dataset.unit);
		if (!plot.x.length || !plot.series.length) continue;
		plot.hint = "Point at the plot, or focus it and use the arrow keys, to read values.";
		plot.canvas = make("div", { "class": "canvas", tabindex: "0", role: "img",
			"aria-label": figure.querySelector("figcaption").innerText + "; the table below has the same values" });
		plot.out = make("p", { "class": "readout", "aria-live": "polite" });
		const table_box = figure.querySelector("details");
		if (plot.rows) table_box.before(chooser(plot)); else table_box.before(legend(plot));
		table_box.before(plot.canvas, plot.out);
		table_box.open = false;
		plot.canvas.addEventListener("keydown", (event) => keys(plot, event));
		plots.push(plot);
		paint(plot);
		let last = plot.canvas.clientWidth;
		new ResizeObserver(() => {
			if (plot.canvas.clientWidth !== last) { last = plot.canvas.clientWidth; draw(plot); }
		}).observe(plot.canvas);
	}
	night.addEventListener("change", () => plots.forEach(paint));
	addEventListener("beforeprint", () => document.querySelectorAll("figure[data-plot] details").forEach((d) => { d.open = true; }));

	const links = [...document.querySelectorAll("nav a")];
	const seen = new IntersectionObserver((entries) => entries.forEach((e) => {
		if (e.isIntersecting) links.forEach((a) => a.hash === "#" + e.target.id ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current"));
	}), { rootMargin: "-20% 0px -75% 0px" });
	document.querySelectorAll("main section[id]").forEach((s) => seen.observe(s));

	/* For tests: what was drawn. */
	document.documentElement.dataset.plots = JSON.stringify(plots.map((p) => p.chart ? p.chart.series.slice(1)
		.filter((s, i) => p.series[i].shown && p.series[i].values.some((v) => v !== null)).length : 0));
})();
