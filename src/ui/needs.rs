//! Which parts of the module a run needs, and what can be shown before they are here.

use super::parts::Parts;
use super::route::{View, lesson_of};
use super::runs::step_text;
use super::session::{Place, step_shown};
use crate::share::link;
use crate::share::parcel::Source;
use crate::{phrase, scenarios};

/// What can be shown of that now: of a run nothing may be called before its parts are here. Tracks those.
pub fn shown(view: View, parts: Parts) -> View {
    let View::Run(place) = view else { return view };
    if !parts.are_here(parts_of(&place)) {
        return View::Coming(place);
    }
    let checked = match &place {
        Place::Shared(shared) => link::read(&shared.link)
            .and_then(|parcel| parcel.check().map_err(|what| phrase!("link.wrong", what = what))),
        Place::Step(_) | Place::Lab(_) => Ok(()),
    };
    checked.map_or_else(View::Broken, |()| View::Run(place))
}

/// The parts of the module that a place's run calls, as `scenarios::parts_of` has them. A run that was handed on may be of anything,
/// and what its step checks is in the parts of the step's own scenario.
pub fn parts_of(place: &Place) -> u64 {
    let of_place = match place {
        Place::Step(_) => 0,
        Place::Lab(name) => scenarios::parts_of_name(name),
        Place::Shared(shared) => match link::read(&shared.link).map(|parcel| parcel.source) {
            Ok(Source::BuiltIn { name, .. }) => scenarios::parts_of_name(&name),
            Ok(Source::Whole(scenario)) => scenarios::parts_of(&scenario),
            Err(_) => 0,
        },
    };
    let step = step_shown(place).and_then(step_text);
    of_place | step.map_or(0, |step| scenarios::parts_of_name(step.scenario))
}

/// The parts that the steps from the one at hand to the end of its lesson need.
pub fn parts_to_come(view: &View) -> u64 {
    let (View::Run(place) | View::Coming(place)) = view else { return 0 };
    let mut needed = parts_of(place);
    if let Some(id) = step_shown(place) {
        let steps = lesson_of(id).map_or(&[][..], |lesson| lesson.steps);
        for step in steps.iter().skip(id.step) {
            needed |= scenarios::parts_of_name(step.scenario);
        }
    }
    needed
}
