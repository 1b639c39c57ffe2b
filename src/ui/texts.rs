//! The prose of the course, fetched in sheets: a lesson's when it is opened, the rest after it, so that the page needs no network
//! from then on.

use std::rc::Rc;

use js_sys::futures::JsFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Response;

use super::dynamic::dynamic;
use crate::lessons::prose::{self, Html};
use crate::ui::markup::view;
use crate::ui::signals::RwSignal;
use crate::word;
use crate::words::Language;

/// The sheets of the course. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Texts {
    sheets: RwSignal<Vec<Sheet>>,
}

/// How far a sheet has come.
#[derive(Clone, PartialEq)]
enum Sheet {
    /// Nobody has asked for it.
    Absent,
    /// It was asked for.
    Coming,
    /// Its pieces.
    Here(Rc<[String]>),
    /// It did not come.
    Failed,
}

impl Texts {
    /// Without any sheet. Provide it as context once.
    pub fn new() -> Texts {
        let beginning = |name: &&str| if name.is_empty() { Sheet::Here(Rc::new([])) } else { Sheet::Absent };
        Texts {
            sheets: RwSignal::new(prose::texts(Language::current()).sheets.iter().map(beginning).collect()),
        }
    }

    /// Those of the page that the calling component belongs to.
    pub fn here() -> Texts {
        expect_context()
    }

    /// Fetches, one after the other, the sheets that nobody has asked for yet.
    pub fn want_rest(self) {
        let absent = self
            .sheets
            .try_with_untracked(|sheets| sheets.iter().position(|sheet| *sheet == Sheet::Absent))
            .flatten();
        if let Some(number) = absent {
            self.want(number);
        }
    }

    /// Whether all sheets are here, so that the page needs no network any more.
    pub fn are_here(self) -> bool {
        self.sheets.with(|sheets| sheets.iter().all(|sheet| matches!(sheet, Sheet::Here(_))))
    }

    /// A piece, once it is here.
    pub fn html(self, html: Html) -> Option<String> {
        self.sheets.with(|sheets| match sheets.get(html.sheet)? {
            Sheet::Here(pieces) => pieces.get(html.piece).cloned(),
            _ => None,
        })
    }

    /// A piece without its marks, for the ear; nothing before it is here.
    pub fn plain(self, html: Html) -> String {
        plain(&self.html(html).unwrap_or_default())
    }

    /// A piece as the content of an element.
    pub fn show(self, html: Html) -> impl Fn() -> Option<String> + 'static {
        move || self.html(html)
    }

    /// Fetches a sheet unless it is here or on its way, and then the rest.
    pub fn want(self, number: usize) {
        let wanted = self
            .sheets
            .with_untracked(|sheets| matches!(sheets.get(number), Some(Sheet::Absent | Sheet::Failed)));
        if wanted {
            self.set(number, Sheet::Coming);
            spawn_local(async move {
                let sheet = fetch(number).await.map_or(Sheet::Failed, Sheet::Here);
                let came = sheet != Sheet::Failed;
                self.set(number, sheet);
                if came {
                    self.try_failed_again();
                    self.want_rest();
                }
            });
        }
    }

    /// Where one sheet came, others may that did not.
    fn try_failed_again(self) {
        self.sheets.try_update(|sheets| {
            sheets
                .iter_mut()
                .filter(|sheet| **sheet == Sheet::Failed)
                .for_each(|sheet| *sheet = Sheet::Absent);
        });
    }

    fn set(self, number: usize, sheet: Sheet) {
        self.sheets.try_update(|sheets| {
            if let Some(place) = sheets.get_mut(number) {
                *place = sheet;
            }
        });
    }

    fn state(self, number: usize) -> Option<Sheet> {
        self.sheets.with(|sheets| sheets.get(number).cloned())
    }
}

impl Default for Texts {
    fn default() -> Texts {
        Texts::new()
    }
}

/// Asks for a sheet, and says so while it is on its way or if it did not come.
#[component]
pub fn SheetState(
    /// The sheet's number.
    sheet: usize,
) -> impl IntoView {
    let texts = Texts::here();
    texts.want(sheet);
    dynamic(move || match texts.state(sheet) {
        Some(Sheet::Coming | Sheet::Absent) => {
            view! { <p class="sheet-state" role="status" data-sheet-coming>{word!("page.sheet-coming").text()}</p> }
        }
        Some(Sheet::Failed) => view! {
            <div class="fault" role="alert" data-sheet-failed>
                <p>{word!("page.sheet-failed").text()}</p>
                <button type="button" class="button" on:click=move |_| texts.want(sheet)>
                    {word!("page.sheet-again").text()}
                </button>
            </div>
        },
        Some(Sheet::Here(_)) | None => ().into_any(),
    })
}

async fn fetch(number: usize) -> Option<Rc<[String]>> {
    let name = prose::texts(Language::current()).sheets.get(number)?;
    let text = get(&format!("sheets/{name}")).await.ok()?;
    Some(prose::pieces(&text).map(str::to_owned).collect())
}

/// What is at an address of the site.
pub async fn get(address: &str) -> Result<String, JsValue> {
    let response: Response = JsFuture::from(window().fetch_with_str(address)).await?.dyn_into()?;
    if !response.ok() {
        return Err(response.status().into());
    }
    let text = JsFuture::from(response.text()?).await?;
    text.as_string().ok_or(JsValue::UNDEFINED)
}

/// The text of HTML that the build has made.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            other if !inside => text.push(other),
            _ => {}
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
