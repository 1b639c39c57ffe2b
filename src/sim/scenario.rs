//! A scenario: a network, who plays what in it, what is done to it and what must be true of it. Plain data.
//!
//! As JSON it is what `headless show` prints and `headless run` accepts. Values are in their text form ([`Kind`]), so that a
//! file reads as a person would write it. [`Scenario::network`] checks all of it and names the place of what is wrong.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::command::{CommandError, TimedCommand};
use super::link::{LINK_SETTINGS, LinkSettings};
use super::network::{Catalogue, LinkInfo, Network, NodeId, NodeInfo};
use super::settings::{Kind, POWER_FROM, Setting, parse_setting};
use super::time::Duration;
use crate::sorted::{Map, Set, sort_by_key};

/// A scenario.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// What its luck grows from.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// How much simulated time a second of watching shows.
    #[serde(default = "default_pace")]
    pub pace: String,
    /// Who is there.
    pub nodes: Vec<NodeSpec>,
    /// What joins them.
    #[serde(default)]
    pub links: Vec<LinkSpec>,
    /// What is done, in the grammar of [`super::command`], in the order of its times.
    #[serde(default)]
    pub script: Vec<String>,
    /// What must be true, by name.
    #[serde(default)]
    pub properties: Vec<String>,
    /// What is read off, by name.
    #[serde(default)]
    pub readings: Vec<String>,
    /// What the watcher may change.
    #[serde(default)]
    pub controls: Vec<Control>,
}

/// A node of a scenario.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeSpec {
    /// Its name: a letter, then letters, digits, `.` or `_`.
    pub name: String,
    /// What it plays.
    pub role: String,
    /// Settings that are not at their default.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, String>,
    /// Where it stands, across and down, on a board of 1000 by 600. Those without a place are placed by the layout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<(i32, i32)>,
}

/// A link of a scenario.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkSpec {
    /// Its first end.
    pub a: String,
    /// Its second end.
    pub b: String,
    /// Settings of both directions that are not at their default.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, String>,
    /// Settings of the direction from `b` to `a` that differ from those.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub back: Map<String, String>,
}

/// Something that the watcher may change.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Its name, for `--set` and for the words of the page.
    pub name: String,
    /// What it is at, in text form.
    pub value: String,
    /// What it changes while the run goes on. A control without it rebuilds the scenario, which only built-in ones can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets: Option<ControlTarget>,
}

/// What a control changes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ControlTarget {
    /// A setting of every node that plays a role.
    Role {
        /// The role.
        role: String,
        /// The setting.
        setting: String,
    },
    /// A setting of every link.
    Links {
        /// The setting.
        setting: String,
    },
}

/// What is wrong with a scenario, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScenarioError {
    /// Where, as a path into the data such as `nodes[2] (n3)`.
    pub place: String,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// A scenario that was checked: the network as laid, and how it begins.
#[derive(Clone, Debug)]
pub struct Laid {
    /// The network.
    pub network: Network,
    /// Settings by node.
    pub node_settings: Vec<super::settings::Settings>,
    /// Settings by direction.
    pub link_settings: Vec<LinkSettings>,
    /// The script, by time.
    pub script: Vec<TimedCommand>,
}

/// More nodes than anyone would draw or a browser would hold.
const NODES_AT_MOST: usize = 200_000;

impl Scenario {
    /// Checks the scenario against the catalogue and lays its network.
    pub fn lay(&self, catalogue: Catalogue) -> Result<Laid, ScenarioError> {
        let nodes = self.node_infos(catalogue)?;
        let links = self.link_infos()?;
        let mut network = Network::new(nodes, links, catalogue);
        network.pace = self.checked_pace()?;
        network.properties = self.named(&self.properties, "properties", |name| catalogue.property(name))?;
        network.readings = self.named(&self.readings, "readings", |name| catalogue.reading(name))?;
        let node_settings = self.node_settings(&network)?;
        let link_settings = self.link_settings()?;
        self.check_controls(&network)?;
        let script = self.read_script(&network)?;
        Ok(Laid { network, node_settings, link_settings, script })
    }

    /// Sets a control by name to a value in text form, in the data, before a run.
    pub fn set_control(&mut self, name: &str, value: &str) -> Result<(), ScenarioError> {
        let Some(control) = self.controls.iter_mut().find(|control| control.name == name) else {
            let known: Vec<_> = self.controls.iter().map(|control| control.name.as_str()).collect();
            let what = format!("there is no such control; there are: {}", known.join(", "));
            return Err(ScenarioError { place: format!("control `{name}`"), what });
        };
        let Some(target) = control.sets.clone() else {
            let what = "only a built-in scenario can be rebuilt with another value".to_owned();
            return Err(ScenarioError { place: format!("control `{name}`"), what });
        };
        control.value = value.to_owned();
        match target {
            ControlTarget::Role { role, setting } => {
                let players = self.nodes.iter_mut().filter(|node| node.role == role);
                players.for_each(|node| {
                    node.settings.insert(setting.clone(), value.to_owned());
                });
            }
            ControlTarget::Links { setting } => self.links.iter_mut().for_each(|link| {
                link.settings.insert(setting.clone(), value.to_owned());
                link.back.remove(&setting);
            }),
        }
        Ok(())
    }

    fn checked_pace(&self) -> Result<Duration, ScenarioError> {
        let pace = Duration::parse(&self.pace).filter(|pace| *pace > Duration::ZERO);
        pace.ok_or_else(|| {
            error("pace", format!("`{}` is not a length of time such as 1s or 100ms", self.pace))
        })
    }

    fn node_infos(&self, catalogue: Catalogue) -> Result<Vec<NodeInfo>, ScenarioError> {
        if self.nodes.is_empty() || self.nodes.len() > NODES_AT_MOST {
            return Err(error("nodes", format!("a network has from 1 to {NODES_AT_MOST} nodes")));
        }
        self.check_names_differ()?;
        let info = |(index, node): (usize, &NodeSpec)| {
            let place = format!("nodes[{index}] ({})", node.name);
            if !is_name(&node.name) {
                let what = "a name is a letter, then letters, digits, `.` or `_`, at most 40";
                return Err(error(place, what));
            }
            let Some((_, role)) = catalogue.role(&node.role) else {
                return Err(error(place, format!("there is no role `{}`", node.role)));
            };
            Ok(NodeInfo { name: node.name.clone(), role })
        };
        self.nodes.iter().enumerate().map(info).collect()
    }

    fn check_names_differ(&self) -> Result<(), ScenarioError> {
        let by_name = self.by_name();
        match by_name.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some([_, (name, node)]) => {
                Err(error(format!("nodes[{}] ({name})", node.0), "another node has the same name"))
            }
            _ => Ok(()),
        }
    }

    /// All nodes in the order of their names. Networks may be large, so this is the sort that stays quick.
    fn by_name(&self) -> Vec<(&str, NodeId)> {
        let numbered = self.nodes.iter().zip(0..);
        let mut by_name: Vec<_> =
            numbered.map(|(node, number)| (node.name.as_str(), NodeId(number))).collect();
        by_name.sort_unstable();
        by_name
    }

    fn link_infos(&self) -> Result<Vec<LinkInfo>, ScenarioError> {
        let by_name = self.by_name();
        let mut seen = Set::new();
        let info = |(index, link): (usize, &LinkSpec)| {
            let place = format!("links[{index}] ({}-{})", link.a, link.b);
            let find = |name: &str| {
                let found = by_name.binary_search_by_key(&name, |(name, _)| name);
                let node = found.ok().map(|at| by_name[at].1);
                node.ok_or_else(|| error(place.clone(), format!("there is no node `{name}`")))
            };
            let (a, b) = (find(&link.a)?, find(&link.b)?);
            if a == b {
                return Err(error(place, "a link joins two different nodes"));
            }
            if !seen.insert((a.min(b), a.max(b))) {
                return Err(error(place, "these two nodes are joined already"));
            }
            Ok(LinkInfo { a, b })
        };
        self.links.iter().enumerate().map(info).collect()
    }

    fn named<T>(
        &self,
        names: &[String],
        list: &str,
        find: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, ScenarioError> {
        let look_up = |(index, name): (usize, &String)| {
            find(name)
                .ok_or_else(|| error(format!("{list}[{index}]"), format!("there is none called `{name}`")))
        };
        names.iter().enumerate().map(look_up).collect()
    }

    fn node_settings(&self, network: &Network) -> Result<Vec<super::settings::Settings>, ScenarioError> {
        let settings = |(index, node): (usize, &NodeSpec)| {
            let mut settings = super::settings::Settings::defaults(network.nodes[index].role.settings);
            let place = || format!("nodes[{index}] ({})", node.name);
            for (name, text) in node.settings.iter() {
                settings.set_text(name, text).map_err(|what| error(place(), what))?;
            }
            let supply = settings.find_text(POWER_FROM).filter(|name| !name.is_empty());
            if let Some(name) = supply.filter(|name| network.node_named(name).is_none()) {
                return Err(error(place(), format!("there is no node `{name}` to have power from")));
            }
            Ok(settings)
        };
        self.nodes.iter().enumerate().map(settings).collect()
    }

    fn link_settings(&self) -> Result<Vec<LinkSettings>, ScenarioError> {
        let mut directions = Vec::with_capacity(self.links.len() * 2);
        for (index, link) in self.links.iter().enumerate() {
            let place = || format!("links[{index}] ({}-{})", link.a, link.b);
            let mut forward = LinkSettings::default();
            apply_link_settings(&mut forward, &link.settings).map_err(|what| error(place(), what))?;
            let mut back = forward.clone();
            apply_link_settings(&mut back, &link.back).map_err(|what| error(place(), what))?;
            directions.extend([forward, back]);
        }
        Ok(directions)
    }

    fn check_controls(&self, network: &Network) -> Result<(), ScenarioError> {
        for (index, control) in self.controls.iter().enumerate() {
            let place = || format!("controls[{index}] ({})", control.name);
            if let Some(target) = &control.sets {
                let setting = target.setting(network.catalogue).map_err(|what| error(place(), what))?;
                setting.kind.parse(&control.value).map_err(|what| error(place(), what))?;
            }
        }
        Ok(())
    }

    fn read_script(&self, network: &Network) -> Result<Vec<TimedCommand>, ScenarioError> {
        let read = |(index, line): (usize, &String)| {
            let place = || format!("script[{index}] (`{line}`)");
            network.read_line(line).map_err(|wrong: CommandError| error(place(), wrong.to_string()))
        };
        let mut script: Vec<TimedCommand> =
            self.script.iter().enumerate().map(read).collect::<Result<_, _>>()?;
        sort_by_key(&mut script, |timed| timed.at);
        Ok(script)
    }
}

impl ControlTarget {
    /// The setting that a control changes.
    pub fn setting(&self, catalogue: Catalogue) -> Result<&'static Setting, String> {
        let (table, name) = match self {
            ControlTarget::Role { role, setting } => {
                let (_, role) = catalogue.role(role).ok_or_else(|| format!("there is no role `{role}`"))?;
                (role.settings, setting)
            }
            ControlTarget::Links { setting } => (LINK_SETTINGS, setting),
        };
        table.iter().find(|known| known.name == name).ok_or_else(|| format!("there is no setting `{name}`"))
    }

    /// The kind of value that the setting takes.
    pub fn kind(&self, catalogue: Catalogue) -> Result<Kind, String> {
        self.setting(catalogue).map(|setting| setting.kind)
    }
}

fn apply_link_settings(settings: &mut LinkSettings, texts: &Map<String, String>) -> Result<(), String> {
    for (name, text) in texts.iter() {
        let (setting, value) = parse_setting(LINK_SETTINGS, name, text)?;
        settings.set(setting.name, &value);
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    let letter_first = name.starts_with(|c: char| c.is_ascii_alphabetic());
    letter_first
        && name.len() <= 40
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_')
}

fn error(place: impl Into<String>, what: impl Into<String>) -> ScenarioError {
    ScenarioError { place: place.into(), what: what.into() }
}

fn default_seed() -> u64 {
    1
}

fn default_pace() -> String {
    "1s".to_owned()
}
