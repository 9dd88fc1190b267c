/* SPDX-License-Identifier: MIT */
#include "shim.h"

#include <benchmark/benchmark.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace
{

/* Contexts bigger than this are made anew for each measurement, so that hundreds of cells do not keep their buffers at once. */
constexpr uint64_t keep_below = 1 << 20;
/* Batches that prepare() precedes: enough operations for a median, few enough that preparing does not take the whole budget. */
constexpr int64_t prepared_batches = 2;

class Cell
{
      public:
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
		if (*run->stop) {
			/* Google Benchmark dies of repetitions that differ in iterations, as skipped ones do: let it count nothing. */
			not_measured++;
			while (state.KeepRunningBatch(state.max_iterations))
				;
			return;
		}
		if (!ready) {
			int err = cell->setup(cell, &run->env, &ctx);

			if (err) {
				failure = "set-up failed: " + std::string(strerror(-err));
				state.SkipWithError(failure.c_str());
				return;
			}
			ready = true;
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

	/* How many of the last repetitions were over before they began. */
	size_t missing() const
	{
		return not_measured;
	}

	int64_t fixed_iterations() const
	{
		return cell->prepare ? (int64_t)cell->max_batch * prepared_batches : 0;
	}

      private:
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
				auto start = std::chrono::steady_clock::now();
				cell->batch(ctx, n);
				timed += std::chrono::steady_clock::now() - start;
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
	size_t not_measured = 0;
	std::string failure;
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

	bool ReportContext(const Context &) override
	{
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
			sample.cell = found->second;
			sample.iterations = (uint64_t)r.iterations;
			if (r.error_occurred)
				sample.error = r.error_message.c_str();
			else if (repetition++ + cells[sample.cell]->missing() >= repetitions)
				sample.error = "interrupted";
			else {
				sample.real_ns = r.real_accumulated_time / (double)r.iterations * 1e9;
				sample.cpu_ns = r.cpu_accumulated_time / (double)r.iterations * 1e9;
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

extern "C" int iop_shim_measure(const iop_shim_run *run)
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
	}
	Samples samples(run, cells);
	size_t ran = benchmark::RunSpecifiedBenchmarks(&samples);
	benchmark::ClearRegisteredBenchmarks();
	return ran ? 0 : -ENOENT;
}

extern "C" const iop_shim_machine *iop_shim_machine_info(void)
{
	static std::vector<iop_shim_cache> caches;
	static iop_shim_machine machine;
	const benchmark::CPUInfo &info = benchmark::CPUInfo::Get();

	caches.clear();
	for (const auto &cache : info.caches)
		caches.push_back({cache.type.c_str(), cache.level, cache.size, cache.num_sharing});
	machine.num_cpus = info.num_cpus;
	machine.cycles_per_second = info.cycles_per_second;
	machine.scaling = info.scaling == benchmark::CPUInfo::ENABLED ? 1 : info.scaling == benchmark::CPUInfo::DISABLED ? 0 : -1;
	machine.caches = caches.data();
	machine.cache_count = caches.size();
	machine.load_count = info.load_avg.size() < 3 ? info.load_avg.size() : 3;
	for (size_t i = 0; i < machine.load_count; i++)
		machine.load_avg[i] = info.load_avg[i];
	return &machine;
}
