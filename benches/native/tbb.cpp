// oneTBB's flow graph: a continue_node for each task, built once and run again and again.

#include <memory>
#include <vector>

#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/task_arena.h>

#include "peer.h"

using namespace oneapi::tbb::flow;
using Node = continue_node<continue_msg>;

namespace {
struct Peer : Tasks {
    oneapi::tbb::task_arena arena;
    std::unique_ptr<graph> flow;
    std::vector<std::unique_ptr<Node>> nodes;
    std::vector<Node *> sources;

    explicit Peer(const Description &d) : Tasks(d), arena(static_cast<int>(d.threads)) {
        // A graph belongs to the arena in which it is made.
        arena.execute([this] {
            flow = std::make_unique<graph>();
            for (uint32_t k = 0; k < tasks; k++) {
                nodes.push_back(std::make_unique<Node>(*flow, [this, k](const continue_msg &) { run(k); }));
                for (auto d = begin(k); d != end(k); d++) make_edge(*nodes[*d], *nodes[k]);
                if (begin(k) == end(k)) sources.push_back(nodes[k].get());
            }
        });
    }

    ~Peer() { arena.execute([this] { flow->wait_for_all(); }); }

    void run_once() {
        for (auto source : sources) source->try_put(continue_msg());
        flow->wait_for_all();
    }
};
} // namespace

extern "C" void *tbb_peer_new(const Description *description) { return new Peer(*description); }

extern "C" void tbb_peer_delete(void *peer) { delete static_cast<Peer *>(peer); }

extern "C" void tbb_peer_run(void *of, uint32_t times, uint64_t parameter) {
    auto peer = static_cast<Peer *>(of);
    peer->parameter = parameter;
    auto all = [=] {
        for (uint32_t k = 0; k < times; k++) peer->run_once();
    };
    if (peer->enter_each_run) {
        for (uint32_t k = 0; k < times; k++) peer->arena.execute([=] { peer->run_once(); });
    } else {
        peer->arena.execute(all);
    }
}

extern "C" const uint64_t *tbb_peer_values(void *peer) { return static_cast<Peer *>(peer)->values.data(); }
