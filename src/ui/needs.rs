//! Which parts of the module a run needs, and what can be shown before they are here.

use super::parts::Parts;
use super::route::{View, lesson_of};
use super::runs::step_text;
use super::session::{Place, step_shown};
use crate::share::link;
use crate::share::parcel::Source;
use crate::share::route::StepId;
use crate::sorted::Set;
use crate::{phrase, scenarios};

/// What can be shown of that now: of a run nothing may be called before its parts are here. Tracks those.
pub fn shown(view: View, parts: Parts) -> View {
    let View::Run(place) = view else { return view };
    if !parts.are_here(&parts_of(&place)) {
        return View::Coming(place);
    }
    let checked = match &place {
        Place::Shared(shared) => link::read(&shared.link)
            .and_then(|parcel| parcel.check().map_err(|what| phrase!("link.wrong", what = what))),
        Place::Step(_) | Place::Lab(_) => Ok(()),
    };
    checked.map_or_else(View::Broken, |()| View::Run(place))
}

/// The parts of the module that a place's run calls: see [`scenarios::parts`]. A run that was handed on may be of anything, and what
/// its step checks is in the parts of the step's own scenario.
pub fn parts_of(place: &Place) -> Set<usize> {
    let of_step =
        |id: StepId| step_text(id).into_iter().flat_map(|step| scenarios::parts_of_name(step.scenario));
    match place {
        Place::Step(id) => of_step(*id).collect(),
        Place::Lab(name) => scenarios::parts_of_name(name).collect(),
        Place::Shared(shared) => {
            let of_source = match link::read(&shared.link).map(|parcel| parcel.source) {
                Ok(Source::BuiltIn { name, .. }) => scenarios::parts_of_name(&name).collect(),
                Ok(Source::Whole(scenario)) => scenarios::parts_of(&scenario),
                Err(_) => Set::new(),
            };
            of_source.into_iter().chain(shared.step.into_iter().flat_map(of_step)).collect()
        }
    }
}

/// The parts that the steps of the lesson at hand need, in their order from the step at hand on.
pub fn parts_of_lesson(view: &View) -> Vec<usize> {
    let (View::Run(place) | View::Coming(place)) = view else { return Vec::new() };
    let Some((id, lesson)) = step_shown(place).and_then(|id| Some((id, lesson_of(id)?))) else {
        return Vec::new();
    };
    let steps = lesson.steps.iter().skip(id.step.saturating_sub(1)).chain(lesson.steps);
    steps.flat_map(|step| scenarios::parts_of_name(step.scenario)).collect()
}
