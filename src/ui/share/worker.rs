//! The worker as the page sees it: started when the first job is asked for, and started anew after it failed.

use std::cell::RefCell;

use js_sys::Array;
use leptos::prelude::{document, window};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

use crate::word;

/// What becomes of a job: its text, or what is wrong, for the reader.
pub type Answer = Result<String, String>;

/// A job that was asked for.
struct Asked {
    number: f64,
    message: Array,
    then: Box<dyn FnOnce(Answer)>,
}

#[derive(Default)]
struct Client {
    worker: Option<Worker>,
    is_ready: bool,
    asked: Vec<Asked>,
    count: f64,
}

thread_local! {
    static CLIENT: RefCell<Client> = RefCell::default();
}

/// Has a job done, and goes on with what comes of it.
pub fn ask(job: &str, argument: &str, then: impl FnOnce(Answer) + 'static) {
    let started = CLIENT.with_borrow_mut(|client| {
        client.count += 1.0;
        let message = Array::of3(&client.count.into(), &job.into(), &argument.into());
        client.asked.push(Asked { number: client.count, message: message.clone(), then: Box::new(then) });
        match &client.worker {
            Some(worker) if client.is_ready => worker.post_message(&message).is_ok(),
            Some(_) => true,
            None => {
                client.worker = start();
                client.worker.is_some()
            }
        }
    });
    if !started {
        fail();
    }
}

/// Starts the worker by a few lines of script, so that its files are asked for under the name of this very build.
fn start() -> Option<Worker> {
    let base = document().base_uri().ok()??;
    let base = base.split('#').next().unwrap_or_default();
    let at = |file: &str| Url::new_with_base(&format!("{file}?{}", build()), base).ok().map(|url| url.href());
    let script = format!(
        "import(\"{}\").then(it=>it.default({{module_or_path:\"{}\"}})).catch(()=>postMessage(\"failed\"))",
        at("worker.js")?,
        at("worker_bg.wasm")?
    );
    let media_type = BlobPropertyBag::new();
    media_type.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&script.into()), &media_type).ok()?;
    let address = Url::create_object_url_with_blob(&blob).ok()?;
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(&address, &options).ok()?;
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| hear(&event.data()));
    worker.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    let failed = Closure::<dyn FnMut()>::new(fail);
    worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
    // The worker lives as long as the page, or until it fails.
    hear.forget();
    failed.forget();
    Some(worker)
}

/// What tells this build from others: the name of its module, which the page has loaded.
fn build() -> String {
    let link = document().query_selector("link[rel=preload][href$='.wasm']").ok().flatten();
    let address = link.and_then(|link| link.get_attribute("href")).unwrap_or_default();
    address.rsplit('/').next().unwrap_or_default().trim_end_matches("_bg.wasm").to_owned()
}

fn hear(message: &JsValue) {
    match message.as_string().as_deref() {
        Some("ready") => CLIENT.with_borrow_mut(|client| {
            client.is_ready = true;
            if let Some(worker) = &client.worker {
                client.asked.iter().for_each(|asked| drop(worker.post_message(&asked.message)));
            }
        }),
        Some(_) => fail(),
        None => answer(&Array::from(message)),
    }
}

fn answer(reply: &Array) {
    let number = reply.get(0).as_f64();
    let asked = CLIENT.with_borrow_mut(|client| {
        let index = client.asked.iter().position(|asked| Some(asked.number) == number)?;
        Some(client.asked.remove(index))
    });
    let text = reply.get(2).as_string().unwrap_or_default();
    if let Some(asked) = asked {
        (asked.then)(if reply.get(1).is_truthy() { Ok(text) } else { Err(text) });
    }
}

/// The worker could not be fetched, or has failed: whoever waits is told, and the next job starts another.
fn fail() {
    let asked = CLIENT.with_borrow_mut(|client| {
        if let Some(worker) = client.worker.take() {
            worker.terminate();
        }
        client.is_ready = false;
        std::mem::take(&mut client.asked)
    });
    let what =
        if window().navigator().on_line() { word!("share.worker-failed") } else { word!("share.offline") };
    asked.into_iter().for_each(|asked| (asked.then)(Err(what.text().to_owned())));
}
