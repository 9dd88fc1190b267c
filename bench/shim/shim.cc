/* SPDX-License-Identifier: MIT */
#include "shim.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace
{

/* Of its flags, those that choose reporters: it has no function that returns them. */
std::string console_format, file_format;
bool has_file;

using Rows = std::unordered_map<std::string, const iop_shim_row *>;

class Silent : public benchmark::BenchmarkReporter
{
      public:
	bool ReportContext(const Context &) override
	{
		return true;
	}
	void ReportRuns(const std::vector<Run> &) override
	{
	}
};

std::unique_ptr<benchmark::BenchmarkReporter> reporter(const std::string &format)
{
	if (format.empty())
		return std::make_unique<Silent>();
	if (format == "json")
		return std::make_unique<benchmark::JSONReporter>();
	if (format == "csv") {
/* Deprecated there, and still what --benchmark_format=csv means. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
		return std::make_unique<benchmark::CSVReporter>();
#pragma GCC diagnostic pop
	}
	return std::make_unique<benchmark::ConsoleReporter>(benchmark::ConsoleReporter::OO_None);
}

double mean(const double *values, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += values[i];
	return sum / (double)n;
}

double median(const double *values, size_t n)
{
	std::vector<double> sorted(values, values + n);

	std::sort(sorted.begin(), sorted.end());
	return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

double deviation(const double *values, size_t n)
{
	double centre = mean(values, n), sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (values[i] - centre) * (values[i] - centre);
	return n > 1 ? std::sqrt(sum / (double)(n - 1)) : 0;
}

/* A row's value in one of the lines that Google Benchmark prints of it. */
double value(const benchmark::BenchmarkReporter::Run &run, const double *values, size_t n)
{
	if (run.run_type == benchmark::BenchmarkReporter::Run::RT_Iteration)
		return values[(size_t)run.repetition_index < n ? (size_t)run.repetition_index : 0];
	if (run.aggregate_name == "mean")
		return mean(values, n);
	if (run.aggregate_name == "median")
		return median(values, n);
	return run.aggregate_name == "stddev" ? deviation(values, n) : deviation(values, n) / mean(values, n);
}

/*
 * Passes on what Google Benchmark says, but for the CPU time: with manual time that is what reporting took. Its own value of the wall
 * time is scaled, so that whatever unit a line is in stays.
 */
class WithCpuTime : public benchmark::BenchmarkReporter
{
      public:
	WithCpuTime(std::unique_ptr<benchmark::BenchmarkReporter> inner, const Rows &rows) : inner(std::move(inner)), rows(rows)
	{
	}

	bool ReportContext(const Context &context) override
	{
		inner->SetOutputStream(&GetOutputStream());
		inner->SetErrorStream(&GetErrorStream());
		return inner->ReportContext(context);
	}

	void ReportRuns(const std::vector<Run> &runs) override
	{
		std::vector<Run> corrected(runs);

		for (Run &run : corrected) {
			const iop_shim_row *row = rows.at(run.run_name.function_name);
			double real = row->repetitions ? value(run, row->real_ns, row->repetitions) : 0;

			/* How the values came about is not what Google Benchmark would say of it. */
			run.run_name.iterations = run.run_name.repetitions = run.run_name.time_type = "";
			run.cpu_accumulated_time =
				real > 0 ? run.real_accumulated_time * value(run, row->cpu_ns, row->repetitions) / real : 0;
		}
		inner->ReportRuns(corrected);
	}

	void Finalize() override
	{
		inner->Finalize();
	}

      private:
	std::unique_ptr<benchmark::BenchmarkReporter> inner;
	const Rows &rows;
};

void repeat(benchmark::State &state, const iop_shim_row &row, size_t &repetition)
{
	if (!row.repetitions) {
		state.SkipWithError(row.error ? row.error : "not measured");
		return;
	}
	while (state.KeepRunningBatch(state.max_iterations))
		;
	state.SetIterationTime(row.real_ns[repetition++ % row.repetitions] * (double)row.iterations * 1e-9);
	if (row.bytes)
		state.SetBytesProcessed((int64_t)(row.iterations * row.bytes));
	if (std::isfinite(row.instructions))
		state.counters["instructions"] = row.instructions;
}

int report(const iop_shim_row *row, size_t count, char **console)
{
	std::vector<size_t> repetition(count);
	std::ostringstream text;
	Rows rows;

	for (size_t i = 0; i < count; i++) {
		rows[row[i].name] = &row[i];
		benchmark::RegisterBenchmark(
			row[i].name, [one = &row[i], at = &repetition[i]](benchmark::State &state) { repeat(state, *one, *at); })
			->Iterations((int64_t)(row[i].iterations ? row[i].iterations : 1))
			->Repetitions((int)(row[i].repetitions ? row[i].repetitions : 1))
			->UseManualTime();
	}
	WithCpuTime display(reporter(console_format), rows), file(reporter(file_format), rows);
	display.SetOutputStream(&text);
	benchmark::RunSpecifiedBenchmarks(&display, has_file ? &file : nullptr);
	benchmark::ClearRegisteredBenchmarks();
	if (!console_format.empty())
		*console = strdup(text.str().c_str());
	return console_format.empty() || *console ? 0 : -ENOMEM;
}

/* Of a flag "--NAME=VALUE". */
bool is_flag(const char *arg, const std::string &name, std::string &value)
{
	std::string start = "--" + name + "=";

	if (strncmp(arg, start.c_str(), start.size()) != 0)
		return false;
	value = arg + start.size();
	return true;
}

} // namespace

extern "C" int iop_shim_begin(int argc, char **argv)
{
	std::string path;

	file_format = "json";
	for (int i = 1; i < argc; i++) {
		is_flag(argv[i], "benchmark_format", console_format);
		is_flag(argv[i], "benchmark_out_format", file_format);
		has_file |= is_flag(argv[i], "benchmark_out", path) && !path.empty();
	}
	benchmark::Initialize(&argc, argv);
	return benchmark::ReportUnrecognizedArguments(argc, argv) ? -EINVAL : 0;
}

extern "C" const char *iop_shim_context(void)
{
	static std::string context;

	try {
		std::ostringstream text;
		benchmark::JSONReporter json;

		json.SetOutputStream(&text);
		json.ReportContext(benchmark::BenchmarkReporter::Context());
		json.Finalize();
		context = text.str();
		return context.c_str();
	} catch (const std::bad_alloc &) {
		return "";
	}
}

extern "C" int iop_shim_report(const iop_shim_row *rows, size_t count, char **console)
{
	*console = nullptr;
	try {
		return report(rows, count, console);
	} catch (const std::bad_alloc &) {
		return -ENOMEM;
	}
}
