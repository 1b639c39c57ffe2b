//! Every strategy of one traitor among the generals, each tried in a run of its own: which of them makes two loyal generals
//! disagree.
//!
//! For m ≤ 1 a traitor sends each other general at most one message, so what it tells whom is all there is to choose: attack or
//! retreat, and with signed messages also nothing, which by word of mouth is as good as retreat. First come the strategies of a traitor who
//! commands, then those of a lieutenant under either order. One lieutenant stands for all: they differ in nothing but their names. The
//! trials are made in the network at hand as it was built, whatever was done to it since, with the algorithm that it runs now.

use super::link;
use super::run::Plan;
use crate::protocols::generals::{GENERAL, loyal_disagree};
use crate::sim::command::{Command, TimedCommand};
use crate::sim::network::NodeId;
use crate::sim::scenario::Scenario;
use crate::sim::time::Time;
use crate::sim::trace::Trace;
use crate::sim::world::World;
use crate::word;

/// What a traitor can tell somebody, the last under seal only.
const TELLINGS: [&str; 3] = ["attack", "retreat", "nothing"];
const ORDERS: [&str; 2] = ["attack", "retreat"];

/// A strategy of one traitor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Strategy {
    /// Who the traitor is.
    pub traitor: String,
    /// The commander.
    pub commander: String,
    /// What a loyal commander orders; a traitor who commands orders nothing.
    pub order: Option<String>,
    /// What the traitor tells whom.
    pub tells: Vec<(String, String)>,
}

/// All strategies of one traitor in a network.
pub struct Search {
    names: Vec<String>,
    tellings: usize,
    passes_on: bool,
    begun: World,
    /// When the first council is over.
    over: Time,
}

impl Search {
    /// Those that the run of a plan has at its end. An error if there are no generals, or if they pass orders on more than once.
    pub fn of(plan: &Plan) -> Result<Search, String> {
        let (world, _) = plan.reach()?;
        let generals = world.network().nodes_with_role(GENERAL);
        let [commander, _, ..] = generals else {
            return Err(word!("strategies.no-generals").text().to_owned());
        };
        let settings = &world.node(*commander).settings;
        let depth = settings.count("ready-for");
        if depth > 1 {
            return Err(word!("strategies.too-deep").text().to_owned());
        }
        let scenario = as_it_runs(plan.scenario.clone(), &world, *commander);
        let (begun, _) =
            World::new(&scenario, plan.catalogue, &mut Trace::mute()).map_err(|wrong| wrong.to_string())?;
        Ok(Search {
            names: generals.iter().map(|node| world.network().name(*node).to_owned()).collect(),
            tellings: if settings.choice("messages") == "signed" { 3 } else { 2 },
            passes_on: depth > 0,
            begun,
            // Round 1 begins after one round.
            over: Time::ZERO + settings.duration("round") * (depth + 2),
        })
    }

    /// How many strategies there are.
    pub fn count(&self) -> usize {
        self.of_commander() + ORDERS.len() * self.of_lieutenant()
    }

    fn of_commander(&self) -> usize {
        self.tellings.pow(self.names.len() as u32 - 1)
    }

    /// Under either order; none if nothing is passed on.
    fn of_lieutenant(&self) -> usize {
        if self.passes_on { self.tellings.pow(self.names.len() as u32 - 2) } else { 0 }
    }

    /// The strategy of this number, from nought.
    pub fn strategy(&self, number: usize) -> Strategy {
        let (traitor, order, mut code) = match number.checked_sub(self.of_commander()) {
            None => (0, None, number),
            Some(rest) => (1, ORDERS.get(rest / self.of_lieutenant()), rest % self.of_lieutenant()),
        };
        let told = self.names[1..].iter().filter(|name| **name != self.names[traitor]);
        let tell = |name: &String| {
            let what = TELLINGS[code % self.tellings];
            code /= self.tellings;
            (name.clone(), what.to_owned())
        };
        Strategy {
            traitor: self.names[traitor].clone(),
            commander: self.names[0].clone(),
            order: order.map(|order| (*order).to_owned()),
            tells: told.map(tell).collect(),
        }
    }

    /// Whether two loyal generals disagree if the traitor follows the strategy.
    pub fn breaks(&self, strategy: &Strategy) -> Result<bool, String> {
        let mut world = self.begun.clone();
        let read = |line: String| {
            let command = world.network().read_command(&line).map_err(|wrong| wrong.to_string())?;
            Ok(TimedCommand { at: Time::ZERO, command })
        };
        let commands: Vec<_> = strategy.commands().into_iter().map(read).collect::<Result<_, String>>()?;
        let mut nobody_reads = Trace::mute();
        while world.next_time(&commands).is_some_and(|next| next <= self.over)
            && world.step(&commands, &mut nobody_reads)
        {}
        Ok(loyal_disagree(&world))
    }
}

/// The scenario as it was built, with the algorithm that its generals run by now, and nobody to look.
fn as_it_runs(mut scenario: Scenario, world: &World, commander: NodeId) -> Scenario {
    scenario.script.clear();
    scenario.properties.clear();
    scenario.readings.clear();
    for name in ["messages", "ready-for", "round"] {
        let value = world.node(commander).settings.get(name).to_string();
        for node in scenario.nodes.iter_mut().filter(|node| node.role == GENERAL) {
            node.settings.insert(name.to_owned(), value.clone());
        }
    }
    scenario
}

impl Strategy {
    /// What makes a run follow it, in the grammar of commands.
    pub fn commands(&self) -> Vec<String> {
        let mut commands = vec![format!("byzantine {} equivocate", self.traitor)];
        commands.extend(self.order.iter().map(|order| format!("set {} order {order}", self.commander)));
        let tell =
            |(whom, what): &(String, String)| format!("request {} \"tell {whom} {what}\"", self.traitor);
        commands.extend(self.tells.iter().map(tell));
        commands
    }

    /// The same for a run in which others may be traitors by now: they are made honest, for the strategy is that of one.
    pub fn deeds(&self, world: &World) -> Vec<Command> {
        let network = world.network();
        let others =
            network.node_ids().filter(|node| !world.is_honest(*node) && network.name(*node) != self.traitor);
        let honest = others.map(|node| format!("honest {}", network.name(node)));
        let lines: Vec<String> = honest.chain(self.commands()).collect();
        lines.iter().filter_map(|line| network.read_command(line).ok()).collect()
    }

    /// As a line `traitor commander order whom what …`, the order `-` if there is none.
    pub fn to_text(&self) -> String {
        let order = self.order.as_deref().unwrap_or("-");
        let mut line = format!("{} {} {order}", self.traitor, self.commander);
        for (whom, what) in &self.tells {
            line += &format!(" {whom} {what}");
        }
        line
    }

    /// What [`Strategy::to_text`] wrote.
    pub fn from_text(line: &str) -> Option<Strategy> {
        let mut words = line.split(' ').map(str::to_owned);
        let (traitor, commander, order) = (words.next()?, words.next()?, words.next()?);
        let mut tells = Vec::new();
        while let Some(whom) = words.next() {
            tells.push((whom, words.next()?));
        }
        Some(Strategy { traitor, commander, order: Some(order).filter(|order| order != "-"), tells })
    }
}

/// What the page asks for: to try some of the strategies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The number of the first.
    pub first: usize,
    /// How many.
    pub count: usize,
    /// The run at hand, as a link has it.
    pub link: String,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tried {
    /// How many strategies there are in all.
    pub all: usize,
    /// Those among the tried that break agreement or obedience.
    pub breaking: Vec<Strategy>,
}

impl Asked {
    /// As text.
    pub fn to_text(&self) -> String {
        format!("{} {} {}", self.first, self.count, self.link)
    }

    /// What [`Asked::to_text`] wrote.
    pub fn from_text(text: &str) -> Option<Asked> {
        let mut words = text.split(' ');
        let (first, count) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        Some(Asked { first, count, link: words.next()?.to_owned() })
    }
}

impl Tried {
    /// As lines: how many there are in all, and one of [`Strategy::to_text`] for each that breaks something.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n", self.all);
        self.breaking.iter().for_each(|strategy| text += &(strategy.to_text() + "\n"));
        text
    }

    /// What [`Tried::to_text`] wrote.
    pub fn from_text(text: &str) -> Option<Tried> {
        let (all, lines) = text.split_once('\n')?;
        let breaking = lines.lines().map(Strategy::from_text).collect::<Option<_>>()?;
        Some(Tried { all: all.parse().ok()?, breaking })
    }
}

/// Tries some of the strategies that the run of a plan has; fewer if there are no more.
pub fn find(plan: &Plan, first: usize, count: usize) -> Result<Tried, String> {
    let search = Search::of(plan)?;
    let all = search.count();
    let mut breaking = Vec::new();
    for number in first..first.saturating_add(count).min(all) {
        let strategy = search.strategy(number);
        if search.breaks(&strategy)? {
            breaking.push(strategy);
        }
    }
    Ok(Tried { all, breaking })
}

/// The same from text to text: [`Asked`] goes in, [`Tried`] comes out.
pub fn make(text: &str) -> Result<String, String> {
    let asked = Asked::from_text(text).ok_or("this names no strategies")?;
    let parcel = link::read(&asked.link).map_err(|what| what.to_string())?;
    Ok(find(&Plan::of(&parcel)?, asked.first, asked.count)?.to_text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_and_found_is_read_as_it_was_written() {
        let tells = vec![("g3".to_owned(), "retreat".to_owned()), ("g4".to_owned(), "attack".to_owned())];
        let strategy = |order: Option<&str>| Strategy {
            traitor: "g2".to_owned(),
            commander: "g1".to_owned(),
            order: order.map(str::to_owned),
            tells: tells.clone(),
        };
        let tried = Tried { all: 16, breaking: vec![strategy(None), strategy(Some("attack"))] };
        assert_eq!(Tried::from_text(&tried.to_text()), Some(tried));
        let asked = Asked { first: 8, count: 4, link: "1/abc".to_owned() };
        assert_eq!(Asked::from_text(&asked.to_text()), Some(asked));
        assert_eq!((Tried::from_text("16\ng2 g1"), Asked::from_text("8 x y")), (None, None));
    }
}
