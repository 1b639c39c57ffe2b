//! One general: when it speaks, what it believes, and what it says as a traitor.

use std::sync::Arc;

use crate::sim::network::NodeId;
use crate::sim::process::{Context, FactValue, Look, Process, Timer, timer};
use crate::sim::time::Duration;
use crate::{phrase, word};

use super::council::Heard;
use super::{Council, GENERAL, GENERALS_AT_MOST, Order, Path, Plan, ROUNDS_A_COUNCIL, Secret, seal};

/// A general.
#[derive(Clone, Debug, Default)]
pub struct General {
    /// Its number, from 1.
    number: u8,
    /// All generals by their numbers, and their names.
    generals: Arc<[(NodeId, String)]>,
    round: Duration,
    /// The number of the round that is to begin next, counted from the start of the run.
    next_round: u64,
    council: Option<Council>,
    /// What it decided on last.
    decided: Option<Plan>,
    /// What it tells whom as a traitor, by the receiver's number less one, as far as that was chosen.
    tells: Vec<Option<Telling>>,
    /// Generals in whose name it can seal besides its own, and what with.
    keys: Vec<(u8, Secret)>,
    refused: u64,
}

/// What a traitor tells somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Telling {
    Truth,
    This(Plan),
    Nothing,
}

const ROUND: Timer = timer("round");

impl General {
    /// The council that it takes part in, or took part in last.
    pub fn council(&self) -> Option<&Council> {
        self.council.as_ref()
    }

    /// What it decided on last.
    pub fn decided(&self) -> Option<Plan> {
        self.decided
    }

    /// How many sealed orders it refused because a seal was not genuine.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Whether it gives the order.
    pub fn commands(&self) -> bool {
        self.number == Path::COMMANDER
    }

    fn names(&self, numbers: impl Iterator<Item = u8>) -> Vec<NodeId> {
        numbers
            .filter_map(|number| self.generals.get(usize::from(number) - 1))
            .map(|(node, _)| *node)
            .collect()
    }

    fn number_of(&self, node: NodeId) -> Option<u8> {
        self.generals.iter().position(|(known, _)| *known == node).map(|index| index as u8 + 1)
    }

    // Rounds.

    /// Sets the clock to the next whole round.
    fn wait(&mut self, cx: &mut Context<'_, Order>) {
        let (now, round) = (cx.now().as_micros(), self.round.as_micros());
        self.next_round = self.next_round.max(now / round + 1);
        let due = self.next_round.saturating_mul(round);
        cx.set_timer(ROUND, Duration::micros(due.saturating_sub(now).max(1)));
    }

    /// The council and the round of it that begin: round 1 is that of the commander's order, round 0 one of rest.
    fn begin_round(&mut self, cx: &mut Context<'_, Order>) {
        let (number, round) =
            (self.next_round / ROUNDS_A_COUNCIL, (self.next_round % ROUNDS_A_COUNCIL) as usize);
        if round == 1 {
            self.begin_council(cx, number);
            return;
        }
        let Some(council) = &mut self.council else { return };
        if council.decided.is_some() {
            return;
        }
        if (council.number, council.round + 1) != (number, round) {
            self.council = None;
            cx.note(phrase!("note.overslept"));
            return;
        }
        council.round = round;
        if round <= council.depth + 1 {
            self.pass_on(cx, round - 1);
        } else {
            self.decide(cx);
        }
    }

    fn begin_council(&mut self, cx: &mut Context<'_, Order>, number: u64) {
        let settings = cx.settings();
        let (depth, signed) = (settings.count("ready-for") as usize, settings.choice("messages") == "signed");
        let order = Plan::named(settings.choice("order")).unwrap_or(Plan::Retreat);
        let mut council =
            Council::new(number, cx.now(), self.number, self.generals.len() as u8, depth, signed);
        if self.commands() {
            // What it tells itself is not heard from anybody.
            council.hear(Heard { path: Path::ORDER, plan: order, seals: Vec::new() });
            council.heard_from[0] = 0;
        }
        self.council = Some(council);
        if self.commands() {
            self.tell_all(cx, Path::ORDER, order, &[]);
        }
    }

    /// Passes on what came on paths of this length.
    fn pass_on(&mut self, cx: &mut Context<'_, Order>, length: usize) {
        let Some(council) = self.council.as_ref().filter(|_| !self.commands()) else { return };
        for heard in council.to_pass_on(length) {
            self.tell_all(cx, heard.path.then(self.number), heard.plan, &heard.seals);
        }
    }

    fn decide(&mut self, cx: &mut Context<'_, Order>) {
        let commands = self.commands();
        let Some(council) = &mut self.council else { return };
        let plan = match commands {
            true => council.told(Path::ORDER).unwrap_or(Plan::Retreat),
            false => council.outcome(),
        };
        council.decided = Some(plan);
        self.decided = Some(plan);
        if !commands {
            let (attack, retreat) = council.voices();
            cx.note(phrase!("note.decides", plan = word_of(plan).text(), attack = attack, retreat = retreat));
        }
    }

    // Speaking.

    /// Tells everyone who is not on the path; this general is its last. The seals are those under the order as it came.
    fn tell_all(&mut self, cx: &mut Context<'_, Order>, path: Path, plan: Plan, seals: &[u64]) {
        let Some(council) = &mut self.council else { return };
        let (number, signed) = (council.number, council.signed);
        let receivers: Vec<u8> = council.others(path).collect();
        receivers.iter().for_each(|receiver| council.sent_to[usize::from(*receiver) - 1] += 1);
        for receiver in receivers {
            let index = usize::from(receiver) - 1;
            let (node, chosen) = (self.generals[index].0, self.tells.get(index).copied().flatten());
            let order = |plan: Plan| match signed {
                true => Order::Signed {
                    council: number,
                    path,
                    plan,
                    seals: self.sealed(number, path, plan, seals),
                },
                false => Order::Oral { council: number, path, plan },
            };
            match chosen.filter(|_| cx.is_byzantine()) {
                Some(Telling::Nothing) => {}
                Some(Telling::This(chosen)) => cx.send_by_choice(node, &order(chosen)),
                Some(Telling::Truth) => cx.send_by_choice(node, &order(plan)),
                None => cx.send(node, &order(plan)),
            }
        }
    }

    /// The seals under an order: of whoever it can seal for, and else as they came. Under an order that was changed those do not fit.
    fn sealed(&self, council: u64, path: Path, plan: Plan, came: &[u64]) -> Vec<u64> {
        let seal = |(index, name): (usize, u8)| {
            let key = match name == self.number {
                true => Some(Secret::of(self.number)),
                false => self.keys.iter().find(|(owner, _)| *owner == name).map(|(_, key)| *key),
            };
            let made = key.map(|key| key.seal(council, plan, path.prefix(index + 1)));
            made.or_else(|| came.get(index).copied()).unwrap_or(0)
        };
        path.names().enumerate().map(seal).collect()
    }

    // Listening.

    fn hear(&mut self, cx: &mut Context<'_, Order>, from: u8, number: u64, told: Heard, signed: bool) {
        let Some(council) = &mut self.council else { return };
        let (path, plan) = (told.path, told.plan);
        // One knows who it is that speaks (A2).
        let possible = path.is_possible(council.generals) && path.last() == from && !path.has(self.number);
        if !possible || council.signed != signed {
            return;
        }
        if council.number != number || council.round != path.len() {
            cx.note(phrase!("note.too-late", path = path));
            return;
        }
        if signed && !seal::all_genuine(&told.seals, number, plan, path) {
            self.refused += 1;
            cx.note(phrase!("note.refuses-seal", general = &self.generals[usize::from(from) - 1].1));
            return;
        }
        council.hear(told);
    }

    // Asking.

    fn tell(&mut self, cx: &mut Context<'_, Order>, whom: &str, what: &str) -> Option<()> {
        let telling = match what {
            "truth" => Telling::Truth,
            "nothing" => Telling::Nothing,
            _ => Telling::This(Plan::named(what)?),
        };
        let chosen = |name: &str| whom == "all" || whom == name;
        let known = self.generals.iter().any(|(_, name)| chosen(name));
        self.tells.resize(self.generals.len(), None);
        for ((_, name), tells) in self.generals.iter().zip(&mut self.tells) {
            if chosen(name) {
                *tells = Some(telling);
            }
        }
        if known && !cx.is_byzantine() {
            cx.answer(phrase!("note.is-loyal"));
        }
        known.then_some(())
    }

    fn give_key(&self, cx: &mut Context<'_, Order>, whom: &str) -> Option<()> {
        let (node, _) = self.generals.iter().find(|(node, name)| name == whom && *node != cx.me())?;
        if cx.is_byzantine() {
            cx.send_by_choice(*node, &Order::Key { secret: Secret::of(self.number) });
        } else {
            cx.answer(phrase!("note.is-loyal"));
        }
        Some(())
    }

    /// What it was chosen to tell, as `g3 retreat`.
    fn told_to_tell(&self) -> String {
        let all = self.generals.iter().zip(&self.tells);
        let chosen = all.filter_map(|((_, name), tells)| tells.map(|telling| (name, telling)));
        let mut text = String::new();
        for (name, telling) in chosen {
            let what = match telling {
                Telling::This(plan) => word_of(plan),
                Telling::Nothing => word!("fact.tells-nothing"),
                Telling::Truth => word!("fact.tells-truth"),
            };
            for part in [if text.is_empty() { "" } else { ", " }, name, " ", what.text()] {
                text.push_str(part);
            }
        }
        if text.is_empty() { "–".to_owned() } else { text }
    }
}

/// What a plan is called.
pub(super) fn word_of(plan: Plan) -> crate::words::Key {
    match plan {
        Plan::Attack => word!("fact.attack"),
        Plan::Retreat => word!("fact.retreat"),
    }
}

impl Process for General {
    type Message = Order;

    fn on_start(&mut self, cx: &mut Context<'_, Order>) {
        let all = cx.nodes_with_role(GENERAL).iter().take(GENERALS_AT_MOST as usize);
        self.generals = all.map(|node| (*node, cx.name(*node).to_owned())).collect();
        // One too many sits by: number 0 is on no path.
        self.number = self.number_of(cx.me()).unwrap_or(0);
        self.on_settings(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Order>, from: NodeId, message: Order) {
        let Some(sender) = self.number_of(from) else { return };
        match message {
            Order::Oral { council, path, plan } => {
                self.hear(cx, sender, council, Heard { path, plan, seals: Vec::new() }, false);
            }
            Order::Signed { council, path, plan, seals } => {
                self.hear(cx, sender, council, Heard { path, plan, seals }, true);
            }
            Order::Key { secret } => {
                self.keys.retain(|(owner, _)| *owner != sender);
                self.keys.push((sender, secret));
            }
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Order>, _: Timer) {
        if self.number > 0 {
            self.begin_round(cx);
        }
        self.next_round += 1;
        self.wait(cx);
    }

    fn on_request(&mut self, cx: &mut Context<'_, Order>, request: &str) {
        let words: Vec<&str> = request.split_whitespace().collect();
        let done = match words[..] {
            ["tell", whom, what] => self.tell(cx, whom, what),
            ["give-key", whom] => self.give_key(cx, whom),
            _ => None,
        };
        if done.is_none() {
            cx.answer(phrase!("note.unknown-general-request", request = request));
        }
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Order>) {
        let round = cx.settings().duration("round");
        if round != self.round {
            self.round = round;
            // Rounds are counted anew by the new length, on all generals alike.
            self.next_round = 0;
            self.wait(cx);
        }
    }

    fn heap_bytes(&self) -> usize {
        self.council.as_ref().map_or(0, Council::heap_bytes) + 32 * self.generals.len()
    }

    fn look(&self) -> Look {
        let dash = || FactValue::Text("–".to_owned());
        let role = if self.commands() { word!("fact.commander") } else { word!("fact.lieutenant") };
        let plan =
            self.council.as_ref().filter(|_| self.commands()).and_then(|council| council.told(Path::ORDER));
        let decided = plan.or(self.decided).map(word_of);
        let (round, heard) = match &self.council {
            Some(council) if council.decided.is_none() => {
                (council.round as u64, council.heard().len() as u64)
            }
            Some(council) => (0, council.heard().len() as u64),
            None => (0, 0),
        };
        let keys = self.names(self.keys.iter().map(|(owner, _)| *owner));
        let mut look = Look::default()
            .fact(word!("fact.general-post"), role)
            .fact(word!("fact.plan-decided"), decided.map_or_else(dash, FactValue::Word))
            .fact(word!("fact.council-round"), if round > 0 { FactValue::Count(round) } else { dash() })
            .fact(word!("fact.orders-heard"), heard)
            .fact(word!("fact.tells"), self.told_to_tell())
            .fact(word!("fact.keys-held"), keys)
            .fact(word!("fact.refused-seals"), self.refused);
        if let Some(decided) = decided {
            look = look.badge(decided.text());
        }
        look
    }
}
