//! The world: a network, its processes, and the rule by which one event follows another. It has no outside: a run of it is
//! a function of the scenario and the commands, and a clone of it is a checkpoint.

mod by_hand;
mod deeds;
mod power;
mod spells;

use std::sync::Arc;

use super::agenda::Due;
use super::command::TimedCommand;
use super::core::{Core, Counts, DirectionState, Input, Leg, NodeState, Packet};
use super::network::{DirectionId, Network, NodeId};
use super::process::{AnyProcess, Look, Process, RawContext};
use super::property::Standing;
use super::routes;
use super::scenario::{Laid, Scenario, ScenarioError};
use super::time::{Duration, Time};
use super::trace::{Cause, Event, LossPlace, PacketId, Position, Trace};

pub use spells::Spell;

/// A network in motion.
pub struct World {
    network: Arc<Network>,
    core: Core,
    /// By node; none while it is down.
    processes: Vec<Option<Box<dyn AnyProcess>>>,
    islands: Vec<Option<u16>>,
    islands_since: Time,
    last_command_at: Time,
    spells: Vec<Spell>,
    /// How many commands of the list were carried out.
    commands_done: usize,
}

impl World {
    /// A world at the start of its run, with the commands of the scenario's script.
    pub fn new(
        scenario: &Scenario,
        catalogue: super::network::Catalogue,
        trace: &mut Trace,
    ) -> Result<(World, Vec<TimedCommand>), ScenarioError> {
        let Laid { network, node_settings, link_settings, script } = scenario.lay(catalogue)?;
        let core = Core::new(&network, scenario.seed, node_settings, link_settings);
        let processes = network.nodes.iter().map(|node| Some((node.role.spawn)())).collect();
        let mut world = World {
            network: Arc::new(network),
            core,
            processes,
            islands: Vec::new(),
            islands_since: Time::ZERO,
            last_command_at: Time::ZERO,
            spells: Vec::new(),
            commands_done: 0,
        };
        world.find_islands();
        for node in world.network.node_ids() {
            world.with_process(trace, node, |process, cx| process.start(cx));
        }
        world.check_properties(trace);
        Ok((world, script))
    }

    // What an onlooker, a property or a test may ask.

    /// The moment of the last thing that happened.
    pub fn now(&self) -> Time {
        self.core.now
    }

    /// The network as it was laid.
    pub fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// A node's state but for its process.
    pub fn node(&self, node: NodeId) -> &NodeState {
        self.core.node(node)
    }

    /// The state of a direction of a link.
    pub fn direction(&self, direction: DirectionId) -> &DirectionState {
        &self.core.directions[direction.index()]
    }

    /// Whether a node runs; a paused one does.
    pub fn is_running(&self, node: NodeId) -> bool {
        !self.core.node(node).condition.down
    }

    /// Whether a node follows its protocol.
    pub fn is_honest(&self, node: NodeId) -> bool {
        self.core.node(node).condition.strategy.is_none()
    }

    /// A node's process, if it runs and is of this type.
    pub fn process<P: Process>(&self, node: NodeId) -> Option<&P> {
        self.processes[node.index()].as_ref().and_then(|process| process.as_any().downcast_ref())
    }

    /// All processes of this type that run, in the order of their nodes.
    pub fn processes<P: Process>(&self) -> impl Iterator<Item = (NodeId, &P)> {
        self.network.node_ids().filter_map(|node| self.process(node).map(|process| (node, process)))
    }

    /// What may be known of a node's process; nothing while it is down.
    pub fn look(&self, node: NodeId) -> Option<Look> {
        self.processes[node.index()].as_ref().map(|process| process.look())
    }

    /// The island of each node: nodes with the same number can reach each other. A node that is down is on none.
    pub fn islands(&self) -> &[Option<u16>] {
        &self.islands
    }

    /// Since when the islands are what they are.
    pub fn islands_since(&self) -> Time {
        self.islands_since
    }

    /// When something was last done to the world; its start if nothing was.
    pub fn last_command_at(&self) -> Time {
        self.last_command_at
    }

    /// How many islands there are.
    pub fn island_count(&self) -> usize {
        self.islands.iter().flatten().max().map_or(0, |last| usize::from(*last) + 1)
    }

    /// Messages on their way, in no particular order.
    pub fn packets(&self) -> impl Iterator<Item = &Packet> {
        self.core.packets.iter().flatten()
    }

    /// A message on its way.
    pub fn packet(&self, id: PacketId) -> Option<&Packet> {
        self.packets().find(|packet| packet.id == id)
    }

    /// The message in a slot, for inputs that name one.
    pub(super) fn packet_in(&self, slot: u32) -> Option<&Packet> {
        self.core.packets.get(slot as usize)?.as_ref()
    }

    /// Messages that wait for a direction's wire, the first to go first.
    pub fn queue(&self, direction: DirectionId) -> impl Iterator<Item = &Packet> {
        let slots = self.core.directions[direction.index()].queue.iter();
        slots.filter_map(|slot| self.core.packets[*slot as usize].as_ref())
    }

    /// The last losses, the oldest first.
    pub fn losses(&self) -> impl DoubleEndedIterator<Item = &super::core::Loss> {
        self.core.losses.iter()
    }

    /// How many messages met which end.
    pub fn counts(&self) -> Counts {
        self.core.counts
    }

    /// Where the network's properties stand, in their order.
    pub fn standings(&self) -> &[Standing] {
        &self.core.standings
    }

    /// A 64-bit number over everything that happened so far.
    pub fn hash(&self) -> u64 {
        self.core.hash
    }

    /// How far into its trace it has come.
    pub fn position(&self) -> Position {
        self.core.position
    }

    /// How much memory a clone of it takes, about.
    pub fn bytes(&self) -> usize {
        let processes = self.processes.iter().flatten().map(|process| process.bytes());
        size_of::<World>()
            + self.core.bytes()
            + processes.sum::<usize>()
            + self.islands.len() * size_of::<Option<u16>>()
            + self.spells.len() * size_of::<Spell>()
    }

    /// How many commands of the run's list were carried out.
    pub fn commands_done(&self) -> usize {
        self.commands_done
    }

    // How it goes on.

    /// When the next thing happens, given the commands of the run in the order of their times.
    pub fn next_time(&self, commands: &[TimedCommand]) -> Option<Time> {
        let command = commands.get(self.commands_done).map(|timed| timed.at.max(self.core.now));
        match (self.core.agenda.next_time(), command) {
            (Some(event), Some(command)) => Some(event.min(command)),
            (event, command) => event.or(command),
        }
    }

    /// Lets the next thing happen: an event, or a command when every event of its moment is past. False if nothing is left.
    pub fn step(&mut self, commands: &[TimedCommand], trace: &mut Trace) -> bool {
        let event = self.core.agenda.next_time().unwrap_or(Time::NEVER);
        if let Some(timed) = commands.get(self.commands_done)
            && timed.at < event
        {
            self.commands_done += 1;
            self.core.position.steps += 1;
            self.core.now = self.core.now.max(timed.at);
            self.carry_out(&timed.command, trace);
        } else {
            let Some((time, due)) = self.core.agenda.pop() else { return false };
            self.core.now = time;
            self.core.counts.events += 1;
            self.core.position.steps += 1;
            self.happen(due, trace);
        }
        self.check_properties(trace);
        true
    }

    fn happen(&mut self, due: Due, trace: &mut Trace) {
        match due {
            Due::Arrive { slot, ticket } => self.arrive(slot, ticket, trace),
            Due::WireFree { direction } => self.core.wire_free(trace, direction),
            Due::Timer { node, ticket } => {
                if let Some(timer) = self.core.take_timer(node, ticket) {
                    self.take_in(node, Input::Timer(timer), trace);
                }
            }
            Due::Handle { node, epoch } => {
                if self.core.node(node).epoch == epoch
                    && let Some(input) = self.core.node_mut(node).inbox.pop_front()
                {
                    self.handle(node, input, trace);
                }
            }
            Due::Emit { slot, ticket } => {
                let Some(node) = self.waiting_at(slot, ticket) else { return };
                if self.is_running(node) {
                    self.core.forward(&self.network, trace, node, slot);
                } else {
                    self.core.lose(trace, slot, LossPlace::Node(node), 0, Cause::NodeDown);
                }
            }
        }
    }

    fn waiting_at(&self, slot: u32, ticket: u32) -> Option<NodeId> {
        let packet = self.core.packets[slot as usize].as_ref().filter(|packet| packet.has_ticket(ticket))?;
        match packet.leg {
            Leg::At(node) => Some(node),
            _ => None,
        }
    }

    fn arrive(&mut self, slot: u32, ticket: u32, trace: &mut Trace) {
        let Some(packet) =
            self.core.packets[slot as usize].as_mut().filter(|packet| packet.has_ticket(ticket))
        else {
            return;
        };
        let node = match packet.leg {
            Leg::Flying { direction, lost: Some((thousandths, cause)), .. } => {
                return self.core.lose(trace, slot, LossPlace::Direction(direction), thousandths, cause);
            }
            Leg::Flying { direction, .. } => self.network.target(direction),
            Leg::At(node) => node,
            Leg::Queued(_) => return,
        };
        packet.leg = Leg::At(node);
        let (id, to) = (packet.id, packet.to);
        if !self.is_running(node) {
            self.core.lose(trace, slot, LossPlace::Node(node), 1_000, Cause::NodeDown);
        } else if to == node {
            self.take_in(node, Input::Packet(slot), trace);
        } else {
            self.core.record(trace, Event::Forwarded { packet: id, node });
            self.core.forward(&self.network, trace, node, slot);
        }
    }

    /// Hands something to a node, at once or when the node gets round to it.
    fn take_in(&mut self, node: NodeId, input: Input, trace: &mut Trace) {
        let now = self.core.now;
        let state = self.core.node_mut(node);
        if !state.condition.paused && state.condition.slowness == Duration::ZERO && state.inbox.is_empty() {
            return self.handle(node, input, trace);
        }
        state.inbox.push_back(input);
        if !state.condition.paused {
            state.busy_until = state.busy_until.max(now) + state.condition.slowness.at_least_shortest();
            let due = Due::Handle { node, epoch: state.epoch };
            let at = state.busy_until;
            self.core.agenda.schedule(at, due);
        }
    }

    fn handle(&mut self, node: NodeId, input: Input, trace: &mut Trace) {
        self.with_process(trace, node, |process, cx| process.handle(cx, input));
    }

    fn with_process(
        &mut self,
        trace: &mut Trace,
        node: NodeId,
        act: impl FnOnce(&mut dyn AnyProcess, RawContext<'_>),
    ) {
        let World { network, core, processes, .. } = self;
        core.node_mut(node).version += 1;
        if let Some(process) = &mut processes[node.index()] {
            act(process.as_mut(), RawContext { network, core, trace, me: node });
        }
        if self.core.node(node).is_to_be_killed {
            self.kill(node, trace);
        }
    }

    fn find_islands(&mut self) {
        let islands = routes::islands(&self.network, &self.core.nodes, &self.core.directions);
        if islands != self.islands {
            self.islands = islands;
            self.islands_since = self.core.now;
        }
    }

    // Properties.

    fn check_properties(&mut self, trace: &mut Trace) {
        for index in 0..self.network.properties.len() {
            let property = self.network.properties[index];
            if !property.kind.is_settled(&self.core.standings[index]) {
                let standing = property.kind.judge((property.check)(self), self.core.now);
                self.take_standing(index, standing, trace);
            }
        }
    }

    /// Says so when a property comes to be broken or reached.
    fn take_standing(&mut self, index: usize, standing: Standing, trace: &mut Trace) {
        let before = &mut self.core.standings[index];
        match (&*before, &standing) {
            (Standing::Reached { .. }, Standing::Reached { .. }) => return,
            (Standing::Holding, Standing::Holding) => return,
            _ => *before = standing,
        }
        let good = before.is_good();
        if !matches!(before, Standing::Waiting { .. }) {
            self.core.record(trace, Event::Property { index: index as u32, good });
        }
    }
}

impl Clone for World {
    fn clone(&self) -> World {
        World {
            network: Arc::clone(&self.network),
            core: self.core.clone(),
            processes: self
                .processes
                .iter()
                .map(|process| process.as_ref().map(|p| p.boxed_clone()))
                .collect(),
            islands: self.islands.clone(),
            islands_since: self.islands_since,
            last_command_at: self.last_command_at,
            spells: self.spells.clone(),
            commands_done: self.commands_done,
        }
    }
}
