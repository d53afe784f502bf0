//! Jobs on two hosts, which are network namespaces with names and addresses of their own, joined by a
//! virtual cable. A launch agent enters them, and the ranks talk over TCP.
//!
//! Needs root, and `ip` of iproute2; without them it says so and passes.

#[path = "../launch/mod.rs"]
mod launch;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdin, Command, Stdio};

use launch::{LIMIT, SOON, all_synchronous, end, kill_rank, launcher, program, spawn};

const ADDRESSES: [&str; 2] = ["192.0.2.1", "192.0.2.2"];
const NETWORK: &str = "192.0.2.0/24";
const CABLE: &str = "cable";

/// A process in a network namespace and with a host name of its own. It ends when `_life` is closed,
/// and then they are gone, however this program ends.
struct Host {
    process: Child,
    _life: ChildStdin,
}

impl Host {
    fn new(name: &str) -> Result<Self, String> {
        let script = "echo \"$0\" > /proc/sys/kernel/hostname && echo ready && exec cat";
        let mut process = Command::new("unshare")
            .args(["--net", "--uts", "sh", "-c", script, name])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("`unshare` cannot be started: {error}"))?;
        let life = process.stdin.take().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.trim() == "ready" {
            return Ok(Host { process, _life: life });
        }
        let mut reason = String::new();
        process.stderr.take().unwrap().read_to_string(&mut reason).unwrap();
        process.wait().unwrap();
        Err(reason.trim().to_owned())
    }

    /// A command that runs on this host.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--target", &self.process.id().to_string(), "--net", "--uts", program]);
        command
    }

    fn ip(&self, arguments: &str) -> Result<(), String> {
        let output =
            self.command("ip").args(arguments.split(' ')).output().map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!("`ip {arguments}`: {}", String::from_utf8_lossy(&output.stderr).trim()))
    }

    /// How many bytes have come through the cable.
    fn received(&self) -> u64 {
        let devices = fs::read_to_string(format!("/proc/{}/net/dev", self.process.id())).unwrap();
        let cable =
            devices.lines().find_map(|line| line.trim().strip_prefix(CABLE)?.strip_prefix(':')).unwrap();
        cable.split_whitespace().next().unwrap().parse().unwrap()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Two hosts and the cable.
fn hosts() -> Result<[Host; 2], String> {
    let hosts = [Host::new("dag-one")?, Host::new("dag-two")?];
    let other = hosts[1].process.id();
    hosts[0].ip(&format!("link add {CABLE} type veth peer name {CABLE} netns {other}"))?;
    for (host, address) in hosts.iter().zip(ADDRESSES) {
        host.ip(&format!("address add {address}/24 dev {CABLE}"))?;
        host.ip("link set lo up")?;
        host.ip(&format!("link set {CABLE} up"))?;
    }
    Ok(hosts)
}

/// Starts a job from the first host, with the first half of its ranks there.
fn start(hosts: &[Host; 2], case: &str, ranks: usize) -> Child {
    let mut command = hosts[0].command(&launcher());
    let known: Vec<_> = hosts
        .iter()
        .zip(ADDRESSES)
        .map(|(host, address)| format!("{address}={}", host.process.id()))
        .collect();
    command.env("DAG_HOSTS", known.join(" "));
    let here = ADDRESSES.map(|address| format!("{address}:{}", ranks / 2)).join(",");
    let agent = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hosts/enter.sh");
    command.args(["--host", &here, "--mca", "plm_rsh_agent", agent, "--mca", "pml", "ob1"]);
    for what in ["btl_tcp_if_include", "oob_tcp_if_include"] {
        command.args(["--mca", what, NETWORK]);
    }
    spawn(
        command.arg("-n").arg(ranks.to_string()).args(program(all_synchronous(), case, ranks, &[])),
        Stdio::null(),
    )
}

/// A job that succeeds, and sends at least this many bytes from one host to the other.
fn succeeds(hosts: &[Host; 2], case: &str, least: u64) {
    for ranks in [2, 4] {
        let before = hosts[1].received();
        let (status, text) = end(start(hosts, case, ranks), LIMIT);
        assert!(status.success(), "`{case}` on {ranks} ranks: {status}\n{text}");
        let bytes = hosts[1].received() - before;
        assert!(bytes >= least, "`{case}` on {ranks} ranks: only {bytes} bytes crossed");
        println!("`{case}` on {ranks} ranks: {bytes} bytes crossed");
    }
}

/// A rank is killed on the second host, and then on the first one.
fn ends_where_a_rank_is_killed(hosts: &[Host; 2]) {
    for victim in [1, 0] {
        let mut job = start(hosts, "endless", 2);
        kill_rank(&mut job, victim);
        let (status, text) = end(job, SOON);
        assert!(!status.success(), "{text}");
        println!("rank {victim} of 2 killed: the job has ended");
    }
}

/// Whether a launcher of Open MPI is used. MPICH sees that both hosts are one machine, and goes by its memory.
fn is_open_mpi() -> bool {
    let version = Command::new(launcher()).arg("--version").output().unwrap().stdout;
    String::from_utf8_lossy(&version).contains("OpenRTE")
}

fn main() {
    if !is_open_mpi() {
        println!("skipped: the launch agent is for Open MPI");
        return;
    }
    let hosts = match hosts() {
        Ok(hosts) => hosts,
        Err(reason) => {
            println!("skipped: two hosts need root, and `ip` of iproute2: {reason}");
            return;
        }
    };
    succeeds(&hosts, "random", 1000);
    succeeds(&hosts, "families", 1000);
    succeeds(&hosts, "each", 1000);
    succeeds(&hosts, "failures", 1000);
    succeeds(&hosts, "large", 16 << 20);
    ends_where_a_rank_is_killed(&hosts);
}
