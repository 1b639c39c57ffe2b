//! The panels round the stage: time, inspector, log, badges and controls. The page mounts them where it has room; each reads
//! [`Lab`](super::lab::Lab) from its context and does nothing but dispatch.

mod announcements;
mod apart;
mod badges;
mod bottom;
mod branches;
mod breaks;
mod choose;
mod controls;
mod event_log;
mod field;
mod figures;
mod futures;
mod heading;
mod icons;
mod inspector;
mod jumps;
mod link;
mod moments;
mod node;
mod packet;
mod parts;
mod popped;
mod requests;
mod single_points;
mod strategies;
mod strike;
mod sweep;
mod time_bar;

pub use announcements::Announcements;
pub(super) use apart::toggle_apart;
pub use badges::Badges;
pub use bottom::BottomPane;
pub use controls::Controls;
pub use figures::Figures;
pub use inspector::Inspector;
pub use time_bar::TimeBar;
