// What the peers in C++ are given, and what their tasks do.

#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

enum Payload : uint32_t { UNITS, VALUES, STENCIL, CALLS };

// A graph as the program in Rust describes it. The dependencies of task k are
// dependencies[offsets[k] .. offsets[k + 1]], all lower than k, at most three.
struct Description {
    uint32_t tasks;
    const uint32_t *offsets;
    const uint32_t *dependencies;
    Payload payload;
    uint32_t threads;
    // Whether each run enters the threads anew, as a caller from outside does.
    uint32_t enter_each_run;
    const std::atomic<bool> *watched;
    void (*note)(uint32_t task, uint64_t value);
    uint64_t (*compute)(uint32_t iterations);
    // What a task of CALLS is.
    void (*call)(const void *context, uint32_t task);
    const void *context;
};

inline uint64_t mix(uint64_t a, uint64_t b) { return (a ^ b) * 0x9E3779B97F4A7C15u; }

struct Tasks {
    uint32_t tasks, threads;
    bool enter_each_run;
    Payload payload;
    std::vector<uint32_t> offsets, dependencies;
    std::vector<uint64_t> values;
    const std::atomic<bool> *watched;
    void (*note)(uint32_t, uint64_t);
    uint64_t (*compute)(uint32_t);
    void (*call)(const void *, uint32_t);
    const void *context;
    // The seed, or how long the kernel of the stencil computes.
    uint64_t parameter = 0;
    uint32_t width = 0;

    explicit Tasks(const Description &d)
        : tasks(d.tasks), threads(d.threads), enter_each_run(d.enter_each_run), payload(d.payload),
          offsets(d.offsets, d.offsets + d.tasks + 1),
          dependencies(d.dependencies, d.dependencies + d.offsets[d.tasks]), values(d.tasks),
          watched(d.watched), note(d.note), compute(d.compute),
          call(d.call), context(d.context) {
        while (width < tasks && offsets[width + 1] == 0) width++;
    }

    const uint32_t *begin(uint32_t task) const { return dependencies.data() + offsets[task]; }
    const uint32_t *end(uint32_t task) const { return dependencies.data() + offsets[task + 1]; }

    void run(uint32_t task) {
        uint64_t value = 0;
        if (payload == VALUES) {
            value = begin(task) == end(task) ? mix(task, parameter) : task;
            for (auto k = begin(task); k != end(task); k++) value = mix(value, values[*k]);
            asm volatile("" : "+r"(value));
            values[task] = value;
        } else if (payload == STENCIL) {
            value = task % width;
            for (auto k = begin(task); k != end(task); k++) value = mix(value, values[*k]);
            values[task] = value ^= compute(static_cast<uint32_t>(parameter));
        } else if (payload == CALLS) {
            call(context, task);
        }
        if (watched->load(std::memory_order_relaxed)) note(task, value);
    }
};
