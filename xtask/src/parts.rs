//! Which functions of the page's module are in which part of it. The rest is what is shown only on request; besides it there is a
//! part for each protocol, with its scenarios and what lessons check of them.

use std::collections::BTreeSet;

#[path = "../../src/scenarios/parts.rs"]
mod table;

/// The part of what is shown only on request.
pub const REST: &str = "rest";

/// What the page shows only on request, by its paths in the program: it comes in the rest of the module, as far as nothing else
/// calls it. Types that others hold too do not belong there: what is made of a library for them would go with them.
const LATE: [&str; 38] = [
    "::ui::diagram::",
    "::ui::help::__component_forget",
    "::ui::help::__component_key_table",
    "::ui::help::__component_settings_part",
    "::ui::help::panel",
    "::ui::panels::branches::",
    "::ui::panels::breaks::__component_add_break",
    "::ui::panels::breaks::__component_break_list",
    "::ui::panels::breaks::__component_one_break",
    "::ui::panels::choose::",
    "::ui::panels::event_log::",
    "::ui::panels::figures::__component_all",
    "::ui::panels::figures::__component_body",
    "::ui::panels::figures::__component_drawn",
    "::ui::panels::figures::__component_reading",
    "::ui::panels::figures::panel",
    "::ui::panels::jumps::__component_content",
    "::ui::panels::jumps::panel",
    "::ui::panels::link::",
    "::ui::panels::moments::",
    "::ui::panels::node::",
    "::ui::panels::packet::",
    "::ui::panels::single_points::",
    "::ui::panels::strategies::",
    "::ui::panels::strike::",
    "::ui::panels::sweep::",
    "::ui::share::actions::",
    "::ui::share::dialog::",
    "::ui::share::drop::",
    "::ui::share::errand::",
    "::ui::share::hands::",
    "::ui::share::worker::",
    "::ui::stage::board::Board>::svg",
    "::ui::stage::menu::",
    "::stage::diagram::",
    "::stage::figure::",
    "::stage::still::",
    "::stage::svg::",
];

/// The functions of it that are called once `src/ui/rest.rs` says that it is here: each makes a view for `late`.
const DOORS: [&str; 18] = [
    "::ui::diagram::panel",
    "::ui::help::panel",
    "::ui::panels::branches::panel",
    "::ui::panels::choose::panel",
    "::ui::panels::event_log::panel",
    "::ui::panels::figures::panel",
    "::ui::panels::jumps::panel",
    "::ui::panels::link::panel",
    "::ui::panels::moments::panel",
    "::ui::panels::node::panel",
    "::ui::panels::packet::panel",
    "::ui::panels::single_points::panel",
    "::ui::panels::strategies::panel",
    "::ui::panels::sweep::panel",
    "::ui::share::dialog::panel",
    "::ui::share::drop::panel",
    "::ui::stage::board::Board>::svg",
    "::ui::stage::menu::panel",
];

/// The names of all parts but the first.
pub fn names() -> Vec<&'static str> {
    std::iter::once(REST).chain(table::PARTS.iter().map(|(protocol, _)| *protocol)).collect()
}

/// All scenarios.
pub fn scenarios() -> impl Iterator<Item = &'static str> {
    table::PARTS.iter().flat_map(|(_, scenarios)| scenarios.iter().copied())
}

/// The parts that a scenario needs.
pub fn of_scenario(scenario: &str) -> impl Iterator<Item = &'static str> {
    table::PARTS
        .iter()
        .filter(move |(_, scenarios)| scenarios.contains(&scenario))
        .map(|(protocol, _)| *protocol)
}

/// To which part of [`names`] a function of this name belongs; to none what is of several, and what is of neither.
pub fn part_of(name: &str) -> Option<usize> {
    if LATE.iter().any(|path| name.contains(path)) {
        return Some(0);
    }
    let protocols =
        words_after(name, "::protocols::", 0).chain(words_after(name, "::protocols::listed::", 0));
    let scenarios = words_after(name, "::scenarios::", 0).chain(words_after(name, "::lessons::", 1));
    let protocols =
        protocols.filter_map(|word| table::PARTS.iter().position(|(protocol, _)| *protocol == word));
    let scenarios = scenarios.filter_map(|module| {
        let scenario = scenario_in(module);
        table::PARTS.iter().position(|(_, all)| all.contains(&scenario.as_str()))
    });
    let found: BTreeSet<usize> = protocols.chain(scenarios).collect();
    let only = (found.len() == 1).then(|| found.first().copied()).flatten();
    only.map(|index| index + 1)
}

/// Whether a function is only called once its part is here.
pub fn is_door(name: &str) -> bool {
    DOORS.iter().any(|path| name.ends_with(path))
}

/// The name of the scenario that a module holds.
fn scenario_in(module: &str) -> String {
    module.replace('_', "-")
}

/// Wherever a path stands in a name: the word that follows it, or that which follows so many others.
fn words_after<'a>(name: &'a str, path: &'a str, others: usize) -> impl Iterator<Item = &'a str> {
    name.split(path).skip(1).filter_map(move |rest| rest.split("::").nth(others))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules of a folder of the program, by the names of their files.
    fn modules(folder: &str) -> BTreeSet<String> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../src").join(folder);
        let files =
            std::fs::read_dir(path).expect("the folder is there").map(|entry| entry.expect("a file").path());
        let stems = files
            .filter(|file| file.extension().is_some())
            .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()));
        stems.filter(|stem| stem != "mod" && stem != "parts").collect()
    }

    #[test]
    fn every_protocol_has_a_part_and_every_scenario_is_in_one() {
        let protocols: BTreeSet<String> = table::PARTS.iter().map(|(name, _)| (*name).to_owned()).collect();
        let scenarios: BTreeSet<String> =
            table::PARTS.iter().flat_map(|(_, names)| *names).map(|name| (*name).to_owned()).collect();
        assert_eq!(modules("protocols"), protocols, "a line for each in src/scenarios/parts.rs");
        let found: BTreeSet<String> = modules("scenarios").iter().map(|module| scenario_in(module)).collect();
        assert_eq!(found, scenarios, "a line for each in src/scenarios/parts.rs");
    }

    #[test]
    fn functions_go_with_their_protocol() {
        let part = |name: &str| part_of(name).map(|index| names()[index]);
        assert_eq!(
            part("<netsplit[1]::protocols::key_value::Server as core[2]::clone::Clone>::clone"),
            Some("key_value")
        );
        assert_eq!(part("netsplit[1]::scenarios::partition::build"), Some("register"));
        assert_eq!(part("netsplit[1]::scenarios::web_service::build"), Some("web"));
        assert_eq!(part("netsplit[1]::lessons::types_of_failure::partition::refused"), Some("register"));
        assert_eq!(
            part("<netsplit[1]::sim::world::World>::processes::<netsplit[1]::protocols::register::Member>"),
            Some("register")
        );
        assert_eq!(part("netsplit[1]::ui::share::dialog::panel"), Some(REST));
    }

    #[test]
    fn what_is_of_several_protocols_or_of_none_is_in_no_part() {
        assert_eq!(part_of("netsplit[1]::scenarios::find"), None);
        assert_eq!(part_of("<netsplit[1]::scenarios::Entry>::build_with"), None);
        assert_eq!(part_of("netsplit[1]::lessons::replay::begin"), None);
        assert_eq!(
            part_of("f::<netsplit[1]::protocols::chatter::A, netsplit[1]::protocols::register::B>"),
            None
        );
    }
}
