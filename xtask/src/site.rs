//! What a web server answers for a folder of files: which file a request means, and of which type it is.

use std::path::{Path, PathBuf};

/// The file below `folder` that the target of a request names; nothing if the target tries to leave the folder.
/// A target that ends in `/` names the `index.html` there. Whether the file exists is not looked at.
pub fn file_for(folder: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?;
    let mut file = folder.to_owned();
    for part in path.strip_prefix('/')?.split('/').filter(|part| !part.is_empty()) {
        // Decoded part by part, so that an encoded slash cannot make two parts out of one.
        let part = percent_decoded(part)?;
        let is_plain = !part.starts_with('.') && !part.contains(['/', '\\', ':', '\0']);
        if !is_plain {
            return None;
        }
        file.push(part);
    }
    if path.ends_with('/') {
        file.push("index.html");
    }
    Some(file)
}

/// The type that a browser is told for a file. Browsers insist on it for modules, scripts and style sheets.
pub fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// A text with `%2e` and the like replaced by what they stand for; nothing if that is not text.
fn percent_decoded(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => 16 * hexadecimal(bytes.next()?)? + hexadecimal(bytes.next()?)?,
            plain => plain,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(target: &str) -> Option<String> {
        let file = file_for(Path::new("dist"), target)?;
        Some(file.to_string_lossy().replace('\\', "/"))
    }

    #[test]
    fn a_request_names_a_file_of_the_folder() {
        assert_eq!(found("/").as_deref(), Some("dist/index.html"));
        assert_eq!(found("/page.js").as_deref(), Some("dist/page.js"));
        assert_eq!(found("/fonts/a%20b.woff2?v=1").as_deref(), Some("dist/fonts/a b.woff2"));
        assert_eq!(found("/lessons/").as_deref(), Some("dist/lessons/index.html"));
        assert_eq!(found("//page.js").as_deref(), Some("dist/page.js"));
    }

    #[test]
    fn no_request_leaves_the_folder() {
        let attempts = [
            "/../Cargo.toml",
            "/a/../../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/%2E%2e%2fCargo.toml",
            "/..%5cCargo.toml",
            "/a%2f..%2fb",
            "/c:/windows",
            "/.git/config",
            "/a%00b",
            "/%ff",
            "/%4",
            "/%zz",
            "page.js",
            "http://elsewhere/",
        ];
        for attempt in attempts {
            assert_eq!(found(attempt), None, "{attempt} must name no file");
        }
    }

    #[test]
    fn browsers_are_told_the_types_that_they_insist_on() {
        assert_eq!(media_type(Path::new("page_bg.wasm")), "application/wasm");
        assert_eq!(media_type(Path::new("page.js")), "text/javascript; charset=utf-8");
        assert_eq!(media_type(Path::new("main.css")), "text/css; charset=utf-8");
        assert_eq!(media_type(Path::new("unknown")), "application/octet-stream");
    }
}
