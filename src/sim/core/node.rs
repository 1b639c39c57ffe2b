//! A node, but for its process: what it is able to do, its timers, its disk, and what waits for it.

use std::collections::VecDeque;

use crate::sim::disk::Disk;
use crate::sim::fault::{Condition, Fault};
use crate::sim::network::NodeInfo;
use crate::sim::process::Timer;
use crate::sim::random::Rng;
use crate::sim::settings::Settings;
use crate::sim::time::Time;

use super::packet::{Input, Outgoing};

/// A node, but for its process.
#[derive(Clone)]
pub struct NodeState {
    /// What it is able to do.
    pub condition: Condition,
    /// The faults in force, in the catalogue's order.
    pub faults: Vec<InForce>,
    /// Its settings.
    pub settings: Settings,
    /// Its disk.
    pub disk: Disk,
    pub(in crate::sim) rng: Rng,
    pub(in crate::sim) timers: Vec<PendingTimer>,
    pub(in crate::sim) inbox: VecDeque<Input>,
    pub(in crate::sim) busy_until: Time,
    pub(in crate::sim) epoch: u32,
    /// Since when it is down, if it is.
    pub down_since: Option<Time>,
    /// How often it went down in this run.
    pub falls: u32,
    /// How often the operating system ended its process in this run.
    pub kills: u32,
    pub(in crate::sim) is_to_be_killed: bool,
    /// Whether it ever was Byzantine in this run. What it said then may be believed long after it turned honest.
    pub ever_byzantine: bool,
    /// Whether its disk was ever lost in this run.
    pub ever_lost_disk: bool,
    /// How often anything about it changed, so that onlookers need not compare.
    pub(in crate::sim) version: u32,
    /// What a node that replays sent lately.
    pub(in crate::sim) told: VecDeque<Outgoing>,
}

/// A fault in force at a place.
#[derive(Clone, PartialEq, Debug)]
pub struct InForce {
    /// The place of its kind in the catalogue, which is also the order of folding.
    pub index: u8,
    /// The fault.
    pub fault: Fault,
}

/// A timer that is set.
#[derive(Clone, Copy, Debug)]
pub struct PendingTimer {
    /// Which.
    pub timer: Timer,
    /// Since when.
    pub set_at: Time,
    /// When it goes off.
    pub due_at: Time,
    pub(super) ticket: u32,
    /// The last write that the sync behind it covers.
    pub(super) covers: Option<u64>,
}

impl NodeState {
    pub(super) fn new(info: &NodeInfo, settings: Settings, seed: u64) -> NodeState {
        NodeState {
            condition: Condition::default(),
            faults: Vec::new(),
            settings,
            disk: Disk::default(),
            rng: Rng::stream(seed, &format!("node {}", info.name)),
            timers: Vec::new(),
            inbox: VecDeque::new(),
            busy_until: Time::ZERO,
            epoch: 0,
            down_since: None,
            falls: 0,
            kills: 0,
            is_to_be_killed: false,
            ever_byzantine: false,
            ever_lost_disk: false,
            version: 0,
            told: VecDeque::new(),
        }
    }

    /// Takes back a timer that went off but that a busy or paused node has not got round to.
    pub(super) fn forget_waiting(&mut self, timer: Timer) {
        self.inbox.retain(|input| !matches!(input, Input::Timer(waiting) if *waiting == timer));
    }

    /// The timers that are set.
    pub fn timers(&self) -> &[PendingTimer] {
        &self.timers
    }

    /// Changes whenever anything about the node does.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// How many things wait for it.
    pub fn waiting(&self) -> usize {
        self.inbox.len()
    }
}

impl PendingTimer {
    /// What in the agenda it is.
    pub(in crate::sim) fn ticket(&self) -> u32 {
        self.ticket
    }

    /// Whether it reports that a sync is complete.
    pub fn is_sync(&self) -> bool {
        self.covers.is_some()
    }
}
