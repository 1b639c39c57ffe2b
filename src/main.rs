//! Mounts the page.

#[cfg(target_arch = "wasm32")]
fn main() {
    netsplit::ui::crash::watch();
    netsplit::ui::app::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This is the page; it runs in a browser. `cargo xtask serve` builds and serves it.");
}
