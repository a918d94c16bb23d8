//! Texts taken apart at ASCII characters. What `str` has for that keeps panics that no linker can leave out.

/// What stands before the first of these ASCII characters, and behind it, if there is one.
pub(crate) fn cut<'a>(text: &'a str, at: &[u8]) -> Option<(&'a str, &'a str)> {
    let index = text.bytes().position(|byte| at.contains(&byte))?;
    let (head, rest) = text.split_at_checked(index)?;
    Some((head, rest.get(1..)?))
}

/// The same at the last one.
pub(crate) fn cut_last<'a>(text: &'a str, at: &[u8]) -> Option<(&'a str, &'a str)> {
    let index = text.bytes().rposition(|byte| at.contains(&byte))?;
    let (head, rest) = text.split_at_checked(index)?;
    Some((head, rest.get(1..)?))
}

/// What stands before the first of these ASCII characters; all of it if there is none.
pub(crate) fn before<'a>(text: &'a str, at: &[u8]) -> &'a str {
    cut(text, at).map_or(text, |(head, _)| head)
}

/// The parts between these ASCII characters: one more than there are of them.
pub(crate) fn parts<'a>(text: &'a str, at: &'static [u8]) -> impl Iterator<Item = &'a str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let text = rest?;
        let (part, behind) = match cut(text, at) {
            Some((part, behind)) => (part, Some(behind)),
            None => (text, None),
        };
        rest = behind;
        Some(part)
    })
}

/// Where `part`, which is not empty, begins in `text`.
pub(crate) fn position(text: &str, part: &[u8]) -> Option<usize> {
    (0..text.len()).find(|index| text.as_bytes().get(*index..).is_some_and(|rest| rest.starts_with(part)))
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::{before, cut, cut_last, parts, position};

    #[test]
    fn they_are_those_of_the_standard_library() {
        for text in ["", ".", "a.b.c", "..", "é.€.", "a", "x://y", "://", ":/", "😀://é", "https://a?b#c", "ééé"]
        {
            assert_eq!(cut(text, b"."), text.split_once('.'), "{text}");
            assert_eq!(cut_last(text, b"."), text.rsplit_once('.'), "{text}");
            assert_eq!(Some(before(text, b"?#")), text.split(['?', '#']).next(), "{text}");
            assert!(parts(text, b".").eq(text.split('.')), "{text}");
            assert_eq!(position(text, b"://"), text.find("://"), "{text}");
        }
        assert_eq!(parts("a&b=c&", b"&=").collect::<Vec<_>>(), ["a", "b", "c", ""]);
    }
}
