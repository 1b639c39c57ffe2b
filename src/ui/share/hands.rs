//! What the page hands to the browser and takes from it: files that are saved and opened, the clipboard, pictures as PNG.

use js_sys::futures::JsFuture;
use js_sys::{Array, Reflect};
use leptos::prelude::{document, window};
use leptos::task::spawn_local;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, Element, File, HtmlCanvasElement, HtmlElement, Url,
};

use crate::share::FILE_BYTES_AT_MOST;
use crate::word;

/// How long a saved file stays to be fetched by the browser, in milliseconds.
const SAVED_FOR_MS: u32 = 60_000;

/// Saves a text as a file.
pub fn save_text(name: &str, media_type: &str, text: &str) {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options) {
        save(name, &blob);
    }
}

/// Saves what the browser has made as a file.
fn save(name: &str, blob: &Blob) {
    let Ok(address) = Url::create_object_url_with_blob(blob) else { return };
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlElement>().ok());
    if let Some(link) = link {
        // These attributes are always taken.
        let _ = link.set_attribute("href", &address);
        let _ = link.set_attribute("download", name);
        link.click();
    }
    gloo_timers::callback::Timeout::new(SAVED_FOR_MS, move || drop(Url::revoke_object_url(&address)))
        .forget();
}

/// Reads a file and goes on with its text.
pub fn read(file: File, then: impl FnOnce(Result<String, String>) + 'static) {
    if file.size() > FILE_BYTES_AT_MOST as f64 {
        return then(Err(word!("share.file-long").text().to_owned()));
    }
    spawn_local(async move {
        let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
        then(text.ok_or_else(|| word!("share.file-unreadable").text().to_owned()));
    });
}

/// Puts a text on the clipboard and says whether that was allowed.
pub fn copy(text: String, then: impl FnOnce(bool) + 'static) {
    let navigator = window().navigator();
    // Where the page did not come over a safe way there is no clipboard at all.
    let is_there = Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_object());
    if !is_there {
        return then(false);
    }
    spawn_local(async move { then(JsFuture::from(navigator.clipboard().write_text(&text)).await.is_ok()) });
}

/// Saves the canvases that a selector finds, one upon the other on the ground of the page, as a PNG. Says whether there was
/// something to save.
pub fn save_png(name: String, canvases: &str) -> bool {
    picture(canvases).is_some_and(|picture| {
        let done = Closure::once_into_js(move |blob: JsValue| {
            if let Ok(blob) = blob.dyn_into::<Blob>() {
                save(&name, &blob);
            }
        });
        picture.to_blob(done.unchecked_ref()).is_ok()
    })
}

fn picture(canvases: &str) -> Option<HtmlCanvasElement> {
    let sheets = document().query_selector_all(canvases).ok()?;
    let sheet = |index: u32| sheets.get(index)?.dyn_into::<HtmlCanvasElement>().ok();
    let first = sheet(0)?;
    let (width, height) = (first.width(), first.height());
    let whole: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    whole.set_width(width);
    whole.set_height(height);
    let context: CanvasRenderingContext2d = whole.get_context("2d").ok()??.dyn_into().ok()?;
    context.set_fill_style_str(&ground_under(&first));
    context.fill_rect(0.0, 0.0, f64::from(width), f64::from(height));
    for sheet in (0..sheets.length()).filter_map(sheet) {
        context.draw_image_with_html_canvas_element(&sheet, 0.0, 0.0).ok()?;
    }
    Some(whole)
}

/// The colour of the page where an element stands.
fn ground_under(element: &Element) -> String {
    let style = window().get_computed_style(element).ok().flatten();
    style.and_then(|style| style.get_property_value("--paper").ok()).unwrap_or_default().trim().to_owned()
}
