//! What a person sets for the whole page: colours, and whether keys without Ctrl work. Kept in local storage, in words that
//! the head of `index.html` reads too, so that a dark page never begins with a white flash.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

use super::dynamic::effect;
use super::storage;
use crate::ui::signals::RwSignal;

/// How high the bottom pane can be made, in rem.
pub const BOTTOM: std::ops::RangeInclusive<u32> = 7..=48;

const KEY: &str = "netsplit.settings";

/// The settings. A handle: copies are the same settings.
#[derive(Clone, Copy)]
pub struct Settings {
    /// Which colours were chosen.
    pub theme: RwSignal<Theme>,
    /// Whether the page is dark now. Who draws on a canvas draws anew when this changes; tokens have changed by then.
    pub dark: RwSignal<bool>,
    /// Whether keys without Ctrl are shortcuts.
    pub single_keys: RwSignal<bool>,
    /// How high the bottom pane was made, in rem; nothing as long as its tabs choose by themselves.
    pub bottom: RwSignal<Option<u32>>,
}

/// Which colours were chosen.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// As it is kept.
    fn name(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// What is kept, as JSON, which the head of the page reads too.
struct Kept {
    theme: Theme,
    single_keys: bool,
    bottom: Option<u32>,
}

impl Kept {
    /// What cannot be read is as if it had never been set.
    fn read(text: &str) -> Kept {
        let kept = js_sys::JSON::parse(text).unwrap_or_default();
        let value = |name: &str| js_sys::Reflect::get(&kept, &name.into()).unwrap_or_default();
        let theme = value("theme").as_string();
        let named = |each: &Theme| theme.as_deref() == Some(each.name());
        Kept {
            theme: Theme::ALL.into_iter().find(named).unwrap_or_default(),
            single_keys: value("single_keys").as_bool().unwrap_or(true),
            bottom: value("bottom").as_f64().map(|rem| rem as u32).filter(|rem| BOTTOM.contains(rem)),
        }
    }

    fn write(&self) -> String {
        let bottom = self.bottom.map_or_else(|| "null".to_owned(), |rem| rem.to_string());
        format!(r#"{{"theme":"{}","single_keys":{},"bottom":{bottom}}}"#, self.theme.name(), self.single_keys)
    }
}

impl Settings {
    /// As kept, or as they come.
    pub fn read() -> Settings {
        let kept = Kept::read(&storage::read(KEY).unwrap_or_default());
        let settings = Settings {
            theme: RwSignal::new(kept.theme),
            dark: RwSignal::new(is_dark(kept.theme)),
            single_keys: RwSignal::new(kept.single_keys),
            bottom: RwSignal::new(kept.bottom),
        };
        settings.follow_system();
        effect(move || settings.show(settings.theme.get()));
        effect(move || show_bottom(settings.bottom.get()));
        settings
    }

    /// Those of the page that the calling component belongs to.
    pub fn here() -> Settings {
        expect_context()
    }

    /// Chooses the next of the three.
    pub fn next_theme(self) {
        self.theme.update(|theme| {
            *theme = match theme {
                Theme::System => Theme::Light,
                Theme::Light => Theme::Dark,
                Theme::Dark => Theme::System,
            }
        });
        self.keep();
    }

    /// Chooses whether keys without Ctrl are shortcuts.
    pub fn use_single_keys(self, yes: bool) {
        self.single_keys.set(yes);
        self.keep();
    }

    /// Makes the bottom pane this high, in rem, or as high as its tabs choose by themselves.
    pub fn set_bottom(self, rem: Option<u32>) {
        self.bottom.set(rem.map(|rem| rem.clamp(*BOTTOM.start(), *BOTTOM.end())));
        self.keep();
    }

    fn keep(self) {
        let kept = Kept {
            theme: self.theme.get_untracked(),
            single_keys: self.single_keys.get_untracked(),
            bottom: self.bottom.get_untracked(),
        };
        // A setting that cannot be kept still holds for now; that nothing can be kept is said where progress is.
        let _ = storage::write(KEY, &kept.write());
    }

    fn show(self, theme: Theme) {
        let dark = is_dark(theme);
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", if dark { "dark" } else { "light" });
        }
        if self.dark.get_untracked() != dark {
            self.dark.set(dark);
        }
    }

    /// The page lives as long as its window: what listens is never taken back.
    fn follow_system(self) {
        let Some(system) = system_darkness() else { return };
        let changed = Closure::<dyn FnMut()>::new(move || self.show(self.theme.get_untracked()));
        system.set_onchange(Some(changed.as_ref().unchecked_ref()));
        changed.forget();
        // The list must outlive this function, or the browser may drop it with its listener.
        std::mem::forget(system);
    }
}

/// The height is one of the page's variables, as style sheets want it.
fn show_bottom(rem: Option<u32>) {
    let root = document().document_element().and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
    let Some(root) = root else { return };
    // A browser that does not take it leaves the pane as high as it was.
    let _ = match rem {
        Some(rem) => root.style().set_property("--bottom-height", &format!("{rem}rem")),
        None => root.style().remove_property("--bottom-height").map(drop),
    };
}

fn is_dark(theme: Theme) -> bool {
    match theme {
        Theme::Light => false,
        Theme::Dark => true,
        Theme::System => system_darkness().is_some_and(|system| system.matches()),
    }
}

fn system_darkness() -> Option<web_sys::MediaQueryList> {
    window().match_media("(prefers-color-scheme: dark)").ok().flatten()
}
