//! What nodes run. Each protocol is one file and one line of [`ALL`].
//!
//! To add one: write `src/protocols/x.rs` in the order *story and source · the `Protocol` · messages · processes · the
//! rules, named as in the paper · properties · tests*, name it here twice (the list is in the order of `src/scenarios/parts.rs`), and give its facts their words in `assets/words`.
//! The inspector, the stage, forging, and the tests over the catalogue follow from the list.

pub mod bitcoin;
pub mod chatter;
pub mod congestion;
pub mod dns;
pub mod email;
pub mod fail_stop;
pub mod generals;
pub mod key_value;
pub mod payment;
pub mod pbft;
pub mod recovery;
pub mod register;
pub mod routing;
pub mod sharded;
pub mod tcp;
pub mod telephone;
pub mod tunnel;
pub mod uptime;
pub mod verify;
pub mod voice;
pub mod web;

use crate::sim::process::Protocol;

/// Lists the protocols. Each is returned by a function in a module by the name of its file: in the page that function, and all that the
/// protocol leads to, is in the protocol's part.
macro_rules! protocols {
    ($($file:ident::$protocol:ident),* $(,)?) => {
        mod listed {
            $(pub mod $file {
                use crate::protocols::$file::$protocol;
                use crate::sim::process::Protocol;

                pub fn protocol() -> &'static Protocol {
                    &$protocol
                }
            })*
        }

        /// Every protocol, in the order of [`crate::scenarios::parts::PARTS`].
        pub static ALL: &[fn() -> &'static Protocol] = &[$(listed::$file::protocol),*];
    };
}

protocols! {
    key_value::KEY_VALUE,
    sharded::SHARDED,
    dns::DNS,
    email::EMAIL,
    telephone::TELEPHONE,
    voice::VOICE,
    bitcoin::BITCOIN,
    payment::PAYMENT,
    web::WEB,
    uptime::UPTIME,
    register::REGISTER,
    tcp::TCP,
    congestion::CONGESTION,
    routing::ROUTING,
    tunnel::TUNNEL,
    fail_stop::FAIL_STOP,
    recovery::RECOVERY,
    verify::VERIFY,
    generals::GENERALS,
    pbft::PBFT,
    chatter::CHATTER,
}
