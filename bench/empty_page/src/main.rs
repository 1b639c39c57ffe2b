//! A page of Leptos that says one word.

#[cfg(target_arch = "wasm32")]
fn main() {
    use leptos::prelude::*;
    mount_to_body(|| view! { <main><p>"Nothing."</p></main> });
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
