// OpenMP's tasks with dependencies. There is no graph to keep: each run makes all of its tasks.

#include "peer.h"

namespace {
struct Peer : Tasks {
    std::vector<char> done;

    explicit Peer(const Description &d) : Tasks(d), done(d.tasks) {}

    void run_once() {
        char *s = done.data();
        for (uint32_t k = 0; k < tasks; k++) {
            const uint32_t *d = begin(k);
            switch (end(k) - d) {
            case 0:
#pragma omp task depend(out : s[k]) firstprivate(k)
                run(k);
                break;
            case 1:
#pragma omp task depend(in : s[d[0]]) depend(out : s[k]) firstprivate(k)
                run(k);
                break;
            case 2:
#pragma omp task depend(in : s[d[0]], s[d[1]]) depend(out : s[k]) firstprivate(k)
                run(k);
                break;
            default:
#pragma omp task depend(in : s[d[0]], s[d[1]], s[d[2]]) depend(out : s[k]) firstprivate(k)
                run(k);
            }
        }
#pragma omp taskwait
    }
};
} // namespace

extern "C" void *openmp_peer_new(const Description *description) { return new Peer(*description); }

extern "C" void openmp_peer_delete(void *peer) { delete static_cast<Peer *>(peer); }

extern "C" void openmp_peer_run(void *of, uint32_t times, uint64_t parameter) {
    auto peer = static_cast<Peer *>(of);
    peer->parameter = parameter;
    uint32_t entries = peer->enter_each_run ? times : 1;
    uint32_t runs = peer->enter_each_run ? 1 : times;
    for (uint32_t entry = 0; entry < entries; entry++) {
#pragma omp parallel num_threads(peer->threads)
#pragma omp single
        for (uint32_t k = 0; k < runs; k++) peer->run_once();
    }
}

extern "C" const uint64_t *openmp_peer_values(void *peer) { return static_cast<Peer *>(peer)->values.data(); }
