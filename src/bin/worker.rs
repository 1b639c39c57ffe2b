//! The page's worker: does the jobs of [`netsplit::share::jobs`] beside the page. It is fetched when the first job is asked for.
//!
//! It says `ready`, and then answers each message `[number, job, argument]` with `[number, whether it was done, text]`.

#[cfg(target_arch = "wasm32")]
fn main() {
    netsplit::words::take_all();
    netsplit::ui::work::listen();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This is the page's worker; it runs in a browser.");
}
