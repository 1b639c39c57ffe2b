//! Reads from `Cargo.lock` which version of a package the project is built with.

/// The version of a package in the text of a `Cargo.lock`; nothing if it is absent or there more than once.
pub fn locked_version<'a>(lockfile: &'a str, package: &str) -> Option<&'a str> {
    let mut versions = lockfile.split("[[package]]").filter_map(|entry| {
        let name = field(entry, "name")?;
        (name == package).then(|| field(entry, "version")).flatten()
    });
    let version = versions.next()?;
    versions.next().is_none().then_some(version)
}

/// The value of a line `key = "value"`.
fn field<'a>(entry: &'a str, key: &str) -> Option<&'a str> {
    entry.lines().find_map(|line| {
        let (name, value) = line.split_once(" = ")?;
        (name == key).then(|| value.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCKFILE: &str = r#"
version = 4

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
dependencies = [
 "wasm-bindgen-macro",
]

[[package]]
name = "wasm-bindgen-macro"
version = "0.2.131"

[[package]]
name = "twice"
version = "1.0.0"

[[package]]
name = "twice"
version = "2.0.0"
"#;

    #[test]
    fn the_version_is_that_of_the_package_of_this_exact_name() {
        assert_eq!(locked_version(LOCKFILE, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(LOCKFILE, "wasm-bindgen-macro"), Some("0.2.131"));
    }

    #[test]
    fn no_version_is_guessed() {
        assert_eq!(locked_version(LOCKFILE, "wasm"), None);
        assert_eq!(locked_version(LOCKFILE, "twice"), None);
        assert_eq!(locked_version("", "wasm-bindgen"), None);
    }
}
