//! Small checks that several formats share, and the assertions left to the compiler.

use crate::desk::Desk;
use std::fmt::Write;

/// Whether this may name a step, a goal, a term: `a–z`, `0–9` and `-`.
pub(crate) fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Faults what is not a slug; says whether it was one.
pub(crate) fn slug(text: &str, line: usize, desk: &mut Desk<'_>) -> bool {
    let good = is_slug(text);
    if !good {
        desk.fault(line, format!("`{text}` is no name here: use a–z, 0–9 and - only, as in `two-islands`"));
    }
    good
}

/// Asks the compiler whether `name` is in the program's `list`, once the name is well formed.
pub(crate) fn ask(list: &str, kind: &str, name: &str, line: usize, desk: &mut Desk<'_>) {
    if slug(name, line, desk) {
        let source = desk.source(line).0;
        let _ = writeln!(
            desk.shared.checks,
            "const _: () = assert!(crate::lessons::prose::known({list}, {name:?}), \
             \"{source}: no {kind} named {name}\");"
        );
    }
}
