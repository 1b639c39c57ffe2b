//! The bot: somebody else's machine that asks on command, to wear the service out.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer};
use crate::sim::settings::Setting;

use super::user::settings;
use super::{User, Web};

/// Those of a user. It does not try again: the next request does as well.
pub(super) const SETTINGS: &[Setting] = &settings("20ms", "0", "1");

/// A machine of a botnet. Its requests are those of a user in every way, so that nothing but their rate gives it away. It holds a user
/// in a box of its own: were it one in memory, too, the functions of both would be the same, and stay in the first part of the module.
#[derive(Clone, Debug)]
pub struct Bot(Box<User>);

impl Default for Bot {
    fn default() -> Bot {
        Bot(Box::new(User::silent()))
    }
}

impl Bot {
    /// It keeps the books of a user.
    pub fn as_user(&self) -> &User {
        &self.0
    }
}

impl Process for Bot {
    type Message = Web;

    fn on_start(&mut self, cx: &mut Context<'_, Web>) {
        self.0.on_start(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Web>, from: NodeId, message: Web) {
        self.0.on_message(cx, from, message);
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Web>, timer: Timer) {
        self.0.on_timer(cx, timer);
    }

    fn on_request(&mut self, cx: &mut Context<'_, Web>, request: &str) {
        self.0.on_request(cx, request);
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Web>) {
        self.0.on_settings(cx);
    }

    fn heap_bytes(&self) -> usize {
        self.0.heap_bytes()
    }

    fn look(&self) -> Look {
        self.0.look()
    }
}
