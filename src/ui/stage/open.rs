//! Which menu is open. It stands apart from what the menu holds, as that is in the rest of the module, and this is not.

use crate::stage::Thing;
use crate::stage::geometry::Point;

/// The menu that is open.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Open {
    /// Of what.
    pub thing: Thing,
    /// Where in the pane.
    pub at: Point,
    /// The pane's width and height.
    pub pane: Point,
}
