/* SPDX-License-Identifier: MIT */
/* Writes what Google Benchmark writes: counters that are no numbers, statistics only, failures, names of every kind. */
#include <benchmark/benchmark.h>

#include <limits>
#include <string>

static void zero_counter(benchmark::State &state)
{
	for (auto _ : state)
		benchmark::DoNotOptimize(1);
	state.counters["zero"] = 0;
	state.SetLabel("a \"label\"");
	state.SetBytesProcessed(4 * state.iterations());
}
BENCHMARK(zero_counter)->Repetitions(3)->Iterations(1000);

static void infinite_counter(benchmark::State &state)
{
	for (auto _ : state)
		benchmark::DoNotOptimize(1);
	state.counters["ratio: NaN,"] = std::numeric_limits<double>::infinity();
	state.counters["minus"] = -std::numeric_limits<double>::infinity();
}
BENCHMARK(infinite_counter)->Iterations(1000);

static void plain(benchmark::State &state)
{
	for (auto _ : state)
		benchmark::DoNotOptimize(1);
}
BENCHMARK(plain)->Name("statistics")->Repetitions(3)->ReportAggregatesOnly()->Iterations(1000)->Unit(benchmark::kMicrosecond);
BENCHMARK(plain)->Name("copy_mean")->Iterations(1000)->Unit(benchmark::kSecond);
BENCHMARK(plain)->Name("threads")->Iterations(1000)->Threads(1)->Threads(2);
BENCHMARK(plain)->Name(std::string(253, 'x') + "a")->Iterations(1000);
BENCHMARK(plain)->Name(std::string(253, 'x') + "b")->Iterations(1000);
BENCHMARK(plain)->Name("same")->Iterations(1000);
BENCHMARK(plain)->Name("same")->Iterations(1000);

static int repetition;
static void second_fails(benchmark::State &state)
{
	if (++repetition == 2)
		state.SkipWithError("no device");
	for (auto _ : state)
		state.SetIterationTime(1e-6 * repetition);
}
BENCHMARK(second_fails)->UseManualTime()->Repetitions(4)->Iterations(10);

static void always_fails(benchmark::State &state)
{
	state.SkipWithError("never works");
	for (auto _ : state)
		;
}
BENCHMARK(always_fails);

/* 10, 20, 30 in its repetitions; one that is called as a member of ours. */
static void counts(benchmark::State &state)
{
	static int round;

	round++;
	for (auto _ : state)
		benchmark::DoNotOptimize(1);
	state.counters["packets lost"] = 10 * round;
	state.counters["spread"] = 0.25;
	state.SetItemsProcessed(state.iterations());
}
BENCHMARK(counts)->Repetitions(3)->Iterations(1000);

static void counts_once(benchmark::State &state)
{
	for (auto _ : state)
		benchmark::DoNotOptimize(1);
	state.counters["packets lost"] = 7;
}
BENCHMARK(counts_once)->Name("counted statistics")->Repetitions(3)->ReportAggregatesOnly()->Iterations(1000);

template <class T>
static void of_type(benchmark::State &state)
{
	for (auto _ : state)
		for (int64_t i = 0; i < state.range(0); i++)
			benchmark::DoNotOptimize(static_cast<T>(i));
	state.SetComplexityN(state.range(0));
}
BENCHMARK_TEMPLATE(of_type, unsigned long)->ArgName("n")->Arg(16)->Arg(64)->Complexity()->Iterations(100);

BENCHMARK_MAIN();
