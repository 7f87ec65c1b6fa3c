// PageRank by pulling in place, as published by Beamer, Asanovic and Patterson, "The GAP Benchmark
// Suite", 2015 (and with their tuning: float scores, shares kept beside them, dynamic schedule).
// Our own rendering of the published algorithm, not the suite's code.
#include <cmath>
#include <cstdint>

// One sweep on from the given scores; change receives its L1 norm.
extern "C" void pull_sweep(int64_t n, float damping, int threads, const int64_t* offsets,
                           const uint32_t* sources, const uint32_t* out_degree, float* score,
                           double* change) {
    const float base = (1 - damping) / n;
    float* share = new float[n];
    #pragma omp parallel for num_threads(threads)
    for (int64_t i = 0; i < n; i++) {
        share[i] = score[i] / out_degree[i];
    }
    double moved = 0;
    #pragma omp parallel for num_threads(threads) reduction(+ : moved) schedule(dynamic, 16384)
    for (int64_t j = 0; j < n; j++) {
        float sum = 0;
        for (int64_t k = offsets[j]; k < offsets[j + 1]; k++) sum += share[sources[k]];
        const float before = score[j];
        score[j] = base + damping * sum;
        moved += std::fabs(score[j] - before);
        share[j] = score[j] / out_degree[j];
    }
    *change = moved;
    delete[] share;
}
