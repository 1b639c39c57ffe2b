//! What the dialog's buttons do, and how far it has come.

use leptos::prelude::*;
use web_sys::File;

use super::hands;
use super::offers::{Offer, What};
use super::pictures::Pictures;
use super::worker;
use crate::share::link;
use crate::share::parcel::Parcel;
use crate::share::route::Route;
use crate::stage::units;
use crate::ui::lab::Lab;
use crate::ui::layout::{BottomTab, Layout};
use crate::ui::notices::Notices;
use crate::ui::route::{go, scenario_title};
use crate::ui::runs::step_key;
use crate::ui::session::{Place, Session, step_shown};
use crate::ui::signals::RwSignal;
use crate::{phrase, word};

/// How far what was asked for has come.
#[derive(Clone, PartialEq)]
pub enum Status {
    /// Nothing was asked for.
    Quiet,
    /// It is being made.
    Busy(String),
    /// It is done.
    Done(String),
    /// It cannot be done, and why.
    Failed(String),
}

/// What is shared. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Share {
    lab: Lab,
    layout: Layout,
    session: Session,
    notices: Notices,
    pictures: Pictures,
    /// The whole address.
    pub link: RwSignal<String>,
    /// What it leads to, in words.
    pub moment: RwSignal<String>,
    /// How far what was asked for has come.
    pub status: RwSignal<Status>,
}

impl Share {
    /// Of the page that the calling component belongs to.
    pub fn new() -> Share {
        Share {
            lab: Lab::here(),
            layout: Layout::here(),
            session: Session::here(),
            notices: expect_context(),
            pictures: Pictures::here(),
            link: RwSignal::new(String::new()),
            moment: RwSignal::new(String::new()),
            status: RwSignal::new(Status::Quiet),
        }
    }

    /// Takes the moment at hand up.
    pub fn refill(self) {
        self.status.set(Status::Quiet);
        let Some((payload, moment)) = self.payload().zip(self.moment()) else { return };
        let address = window().location().href().unwrap_or_default();
        let page = address.split('#').next().unwrap_or_default();
        self.link.set(format!("{page}{}", Route::Run(payload)));
        self.moment.set(phrase!("share.link", moment = moment).to_string());
    }

    /// Puts the link on the clipboard.
    pub fn copy_link(self) {
        hands::copy(self.link.get_untracked(), move |copied| {
            self.status.set(if copied {
                Status::Done(word!("share.link.copied").text().to_owned())
            } else {
                Status::Failed(word!("share.link.not-copied").text().to_owned())
            });
        });
    }

    /// Saves the run as a file.
    pub fn save_run(self) {
        self.save_job("save", "json");
    }

    /// Saves the run as something else.
    pub(super) fn export(self, offer: Offer) {
        match offer.what {
            What::Png(shown) | What::Svg(shown) if !self.pictures.has(shown) => {
                // The diagram is on the page once its tab is open, and drawn two frames later.
                self.layout.bottom.set(BottomTab::Diagram);
                request_animation_frame(move || request_animation_frame(move || self.save(offer)));
            }
            _ => self.save(offer),
        }
    }

    fn save(self, offer: Offer) {
        let (name, title) = (self.file_name(offer.ending), self.moment().unwrap_or_default());
        let saved = match offer.what {
            What::Job(job) => return self.save_job(job, offer.ending),
            What::Png(shown) => self.pictures.save_png(shown, name.clone()),
            What::Svg(shown) => self.pictures.svg(shown, &title).is_some_and(|svg| {
                hands::save_text(&name, "image/svg+xml", &svg);
                true
            }),
        };
        self.status.set(if saved {
            Status::Done(phrase!("share.saved", file = name).to_string())
        } else {
            Status::Failed(word!("share.no-picture").text().to_owned())
        });
    }

    /// Opens a run or a scenario from a file. What is wrong with it is said, and everything stays as it is.
    pub fn open(self, file: File) {
        let name = file.name();
        self.say(Status::Busy(phrase!("share.opening", file = &name).to_string()));
        let refuse = move |name: &str, what: String| {
            self.say(Status::Failed(phrase!("share.refused", file = name, what = what).to_string()));
        };
        hands::read(file, move |text| match text {
            Err(what) => refuse(&name, what),
            Ok(text) => worker::ask("open", &text, move |answer| match answer {
                Err(what) => refuse(&name, what),
                Ok(link) => self.enter(link),
            }),
        });
    }

    fn enter(self, link: String) {
        self.say(Status::Quiet);
        self.layout.share.set(false);
        let is_here = self
            .session
            .place
            .with_untracked(|place| matches!(place, Some(Place::Shared(shared)) if shared.link == link));
        if is_here {
            self.session.start_over();
        } else {
            go(&Route::Run(link));
        }
    }

    /// Says how far it has come: in the dialog, or on the page if that is closed.
    fn say(self, status: Status) {
        match &status {
            Status::Failed(what) if !self.layout.share.get_untracked() => self.notices.say(what.clone()),
            _ => {}
        }
        self.status.set(status);
    }

    fn save_job(self, job: &'static str, ending: &str) {
        let Some(payload) = self.payload() else { return };
        let name = self.file_name(ending);
        self.status.set(Status::Busy(phrase!("share.making", file = &name).to_string()));
        let media_type = if ending == "json" { "application/json" } else { "text/plain;charset=utf-8" };
        worker::ask(job, &payload, move |answer| {
            self.status.set(match answer {
                Ok(text) => {
                    hands::save_text(&name, media_type, &text);
                    Status::Done(phrase!("share.saved", file = name).to_string())
                }
                Err(what) => Status::Failed(what),
            });
        });
    }

    fn payload(self) -> Option<String> {
        let step = self.session.place.with_untracked(|place| place.as_ref().and_then(step_shown));
        let step = step.and_then(step_key);
        self.lab.with(|timeline| link::write(&Parcel::of(timeline, step)))
    }

    /// Which moment of what, in words.
    fn moment(self) -> Option<String> {
        self.lab.with(|timeline| {
            let at = units::clock(timeline.now(), timeline.world().network().pace);
            format!("{}, {at}", scenario_title(&timeline.scenario().name))
        })
    }

    fn file_name(self, ending: &str) -> String {
        let name = self.lab.with(|timeline| format!("{}-{}", timeline.scenario().name, timeline.now()));
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '-' };
        let name: String = name.unwrap_or_default().chars().map(plain).take(60).collect();
        format!("{name}.{ending}")
    }
}
