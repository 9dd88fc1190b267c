/* SPDX-License-Identifier: MIT */
#include "shim.h"

#include <benchmark/benchmark.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace
{

/* Contexts bigger than this are made anew for each measurement, so that hundreds of cells do not keep their buffers at once. */
constexpr uint64_t keep_below = 1 << 20;
/* Batches that prepare() precedes: enough operations for a median, few enough that preparing does not take the whole budget. */
constexpr int64_t prepared_batches = 2;

double thread_cpu_seconds()
{
	timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Google Benchmark's context, as it was when the run began. */
std::string context;

class Cell
{
      public:
	/* One call of measure(). */
	struct Call {
		const char *error; /* why nothing was measured, or NULL */
		double cpu_s;	   /* of prepared batches alone; else Google Benchmark knows */
	};

	Cell(const iop_cell *cell, const iop_shim_run *run) : cell(cell), run(run)
	{
	}
	~Cell()
	{
		drop();
	}
	Cell(const Cell &) = delete;
	Cell &operator=(const Cell &) = delete;

	void measure(benchmark::State &state)
	{
		calls.push_back({*run->stop ? "interrupted" : set_up(), 0});
		if (calls.back().error) {
			/*
			 * Google Benchmark aborts on repetitions that differ in iterations, as skipped ones do: let it count
			 * nothing.
			 */
			while (state.KeepRunningBatch(state.max_iterations))
				;
			return;
		}
		auto start = std::chrono::steady_clock::now();
		if (cell->prepare)
			prepared(state);
		else
			plain(state);
		std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
		if (run->progress)
			run->progress(run->user, took.count());
		if (cell->bytes * (cell->max_batch ? cell->max_batch : 1) > keep_below)
			drop();
	}

	/* Of repetition i out of n. Calls before the last n only searched for an iteration count. */
	const Call &repetition(size_t i, size_t n) const
	{
		return calls[calls.size() - n + i];
	}

	int64_t fixed_iterations() const
	{
		return cell->prepare ? (int64_t)cell->max_batch * prepared_batches : 0;
	}

      private:
	/* Failure is final: the next repetition would only fail, or succeed and leave a hole. */
	const char *set_up()
	{
		int err = ready || !failure.empty() ? 0 : cell->setup(cell, &run->env, &ctx);

		if (err)
			failure = "set-up failed: " + std::string(strerror(-err));
		ready = failure.empty();
		return ready ? nullptr : failure.c_str();
	}

	void plain(benchmark::State &state)
	{
		uint64_t limit = cell->max_batch ? cell->max_batch : UINT64_MAX;

		while (state.KeepRunningBatch(state.max_iterations))
			for (uint64_t left = state.max_iterations; left;) {
				uint64_t n = left < limit ? left : limit;

				cell->batch(ctx, n);
				left -= n;
			}
	}

	void prepared(benchmark::State &state)
	{
		std::chrono::duration<double> timed{0};

		while (state.KeepRunningBatch(state.max_iterations))
			for (uint64_t left = state.max_iterations; left;) {
				uint64_t n = left < cell->max_batch ? left : cell->max_batch;

				cell->prepare(ctx, n);
				/* The CPU clock is a system call: outside what the wall clock sees. */
				double cpu = thread_cpu_seconds();
				auto start = std::chrono::steady_clock::now();
				cell->batch(ctx, n);
				timed += std::chrono::steady_clock::now() - start;
				calls.back().cpu_s += thread_cpu_seconds() - cpu;
				left -= n;
			}
		state.SetIterationTime(timed.count());
	}

	void drop()
	{
		if (ready)
			cell->teardown(ctx);
		ready = false;
	}

	const iop_cell *cell;
	const iop_shim_run *run;
	void *ctx = nullptr;
	bool ready = false;
	std::string failure;
	std::vector<Call> calls;
};

/* Hands each repetition on; the table and the file are the project's own. */
class Samples : public benchmark::BenchmarkReporter
{
      public:
	Samples(const iop_shim_run *run, const std::vector<std::unique_ptr<Cell>> &cells) : run(run), cells(cells)
	{
		for (size_t i = 0; i < run->count; i++)
			index[run->cells[i]->name] = i;
	}

	bool ReportContext(const Context &found) override
	{
		std::ostringstream text;
		benchmark::JSONReporter json;

		json.SetOutputStream(&text);
		json.ReportContext(found);
		json.Finalize();
		context = text.str();
		return true;
	}

	/* All repetitions of one cell at once. */
	void ReportRuns(const std::vector<Run> &runs) override
	{
		size_t repetitions = 0, repetition = 0;

		for (const Run &r : runs)
			repetitions += r.run_type == Run::RT_Iteration;
		for (const Run &r : runs) {
			auto found = index.find(r.run_name.function_name);
			iop_shim_sample sample = {};

			if (r.run_type != Run::RT_Iteration || found == index.end())
				continue;
			const Cell &cell = *cells[found->second];
			const Cell::Call &call = cell.repetition(repetition++, repetitions);

			sample.cell = found->second;
			sample.iterations = (uint64_t)r.iterations;
			sample.error = call.error;
			if (!sample.error) {
				double cpu_s = cell.fixed_iterations() ? call.cpu_s : r.cpu_accumulated_time;

				sample.real_ns = r.real_accumulated_time / (double)r.iterations * 1e9;
				sample.cpu_ns = cpu_s / (double)r.iterations * 1e9;
			}
			run->sample(run->user, &sample);
		}
	}

      private:
	const iop_shim_run *run;
	const std::vector<std::unique_ptr<Cell>> &cells;
	std::unordered_map<std::string, size_t> index;
};

} // namespace

static int measure(const iop_shim_run *run)
{
	std::vector<char *> args(run->argv, run->argv + run->argc);
	std::vector<std::unique_ptr<Cell>> cells;
	int argc = run->argc;

	args.push_back(nullptr);
	benchmark::Initialize(&argc, args.data());
	if (benchmark::ReportUnrecognizedArguments(argc, args.data()))
		return -EINVAL;
	for (size_t i = 0; i < run->count; i++) {
		Cell *cell = cells.emplace_back(std::make_unique<Cell>(run->cells[i], run)).get();
		auto *registered = benchmark::RegisterBenchmark(run->cells[i]->name,
								[cell](benchmark::State &state) { cell->measure(state); });

		if (cell->fixed_iterations())
			registered->Iterations(cell->fixed_iterations())->UseManualTime();
		else
			registered->UseRealTime();
		/* Independent of the options: the stored values are computed from the repetitions. */
		registered->ReportAggregatesOnly(false);
	}
	Samples samples(run, cells);
	size_t ran = benchmark::RunSpecifiedBenchmarks(&samples);
	benchmark::ClearRegisteredBenchmarks();
	return ran ? 0 : -ENOENT;
}

extern "C" int iop_shim_measure(const iop_shim_run *run)
{
	try {
		return measure(run);
	} catch (const std::bad_alloc &) {
		return -ENOMEM;
	}
}

extern "C" const char *iop_shim_context(void)
{
	return context.c_str();
}
