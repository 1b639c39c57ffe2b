//! What must be true of a run, and what is read off it: pure functions of the world.
//!
//! A property is of one of three kinds. *Always*: it holds at every moment (safety). *Eventually*: it comes to hold and goes
//! on holding once nothing more is done to the world (liveness, as far as a finite run can show it). *Sometimes*: it holds at some
//! moment, which proves that the scene is reachable and that a test of it is not empty.

use crate::phrase;
use crate::words::{Key, Phrase};

use super::time::Time;
use super::world::World;

/// Something that must be true of a run.
#[derive(Debug)]
pub struct Property {
    /// Its name in scenario files and output.
    pub name: &'static str,
    /// Which kind of truth.
    pub kind: PropertyKind,
    /// As a sentence.
    pub title: Key,
    /// Whether it holds now; if it does not, why not, in a learner's words.
    pub check: fn(&World) -> Result<(), Phrase>,
}

/// When a property must hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PropertyKind {
    /// At every moment.
    Always,
    /// At the end, whatever was done before: it may be lost and come back.
    Eventually,
    /// At some moment.
    Sometimes,
}

/// Where a property stands in a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// *Always*, and so far true.
    Holding,
    /// *Always*, and broken at this moment for this reason. It stays broken.
    Broken {
        /// When.
        at: Time,
        /// Why.
        why: Phrase,
    },
    /// *Eventually* or *sometimes*, and not yet.
    Waiting {
        /// Why not, as of the last time it was checked.
        why: Option<Phrase>,
    },
    /// *Sometimes*, and it was true at this moment; or *eventually*, and true since this moment.
    Reached {
        /// When.
        at: Time,
    },
}

/// What a *sometimes* property answers that needs no words of its own for what was not seen.
pub fn seen(is_so: bool) -> Result<(), Phrase> {
    if is_so { Ok(()) } else { Err(phrase!("property.not-seen-yet")) }
}

impl PropertyKind {
    /// As it stands before anything happened.
    pub(super) fn initially(self) -> Standing {
        match self {
            PropertyKind::Always => Standing::Holding,
            PropertyKind::Eventually | PropertyKind::Sometimes => Standing::Waiting { why: None },
        }
    }

    /// Whether nothing that happens can change where a property of this kind stands.
    pub(super) fn is_settled(self, standing: &Standing) -> bool {
        match standing {
            Standing::Broken { .. } => true,
            Standing::Reached { .. } => self == PropertyKind::Sometimes,
            Standing::Holding | Standing::Waiting { .. } => false,
        }
    }

    /// Where a property of this kind stands that was just checked.
    pub(super) fn judge(self, checked: Result<(), Phrase>, at: Time) -> Standing {
        match (checked, self) {
            (Ok(()), PropertyKind::Always) => Standing::Holding,
            (Ok(()), _) => Standing::Reached { at },
            (Err(why), PropertyKind::Always) => Standing::Broken { at, why },
            (Err(why), _) => Standing::Waiting { why: Some(why) },
        }
    }

    /// Its name in output.
    pub fn name(self) -> &'static str {
        match self {
            PropertyKind::Always => "always",
            PropertyKind::Eventually => "eventually",
            PropertyKind::Sometimes => "sometimes",
        }
    }
}

impl Standing {
    /// Whether it is as it should be at the end of a run.
    pub fn is_good(&self) -> bool {
        matches!(self, Standing::Holding | Standing::Reached { .. })
    }
}

/// A number read off the world. It decides nothing, so it may be a floating-point number.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Its name with its unit, such as `availability_percent`.
    pub name: &'static str,
    /// What the page calls it.
    pub title: Key,
    /// The number now, if there is one.
    pub read: fn(&World) -> Option<f64>,
}
