//! Text that a server sent, made fit to be shown.

use crate::encoding::output::copy;

/// The most bytes of a server's text that are kept.
pub const MAX_SERVER_TEXT: usize = 512;

/// From how many base64url characters in a row on something is taken for a secret.
const SECRET_RUN: usize = 40;

const REMOVED: &[u8] = b"[removed]";

/// Makes text from outside fit to be shown or logged, where it stands; gives its new length.
///
/// What is left is printable ASCII without blanks at the ends or in a row, [`MAX_SERVER_TEXT`] bytes at most: other
/// characters become `?`, controls become blanks, and what looks like a token is taken out first, so that no cut leaves half
/// of one: anything with `eyJ`, the beginning of a JWT, [`SECRET_RUN`] base64url characters in a row, and what follows
/// `Bearer`.
pub(crate) fn sanitise_in_place(text: &mut [u8]) -> usize {
    let length = make_ascii(text);
    let text = text.get_mut(..length).unwrap_or_default();
    let length = remove_secrets(text).min(MAX_SERVER_TEXT);
    let text = text.get(..length).unwrap_or_default();
    text.trim_ascii_end().len()
}

/// What is written never overtakes what is read.
fn make_ascii(text: &mut [u8]) -> usize {
    let mut written = 0_usize;
    let mut blank = true;
    for read in 0..text.len() {
        let byte = match text.get(read).copied().unwrap_or_default() {
            byte @ b'!'..=b'~' => byte,
            // The bytes of a character of several but for its first.
            0x80..=0xbf => continue,
            0xc0.. => b'?',
            _ if blank => continue,
            _ => b' ',
        };
        blank = byte == b' ';
        put(text, &mut written, &[byte]);
    }
    written
}

fn remove_secrets(text: &mut [u8]) -> usize {
    let (mut read, mut written) = (0_usize, 0_usize);
    let mut behind_bearer = false;
    while let Some(first) = text.get(read).copied() {
        if first == b' ' || !is_token(first) && !behind_bearer {
            put(text, &mut written, &[first]);
            read = read.saturating_add(1);
            continue;
        }
        let group = text.get(read..).unwrap_or_default();
        // What belongs to `Bearer` has characters of other alphabets too (RFC 6750 section 2.1).
        let ends = |byte: &u8| if behind_bearer { *byte == b' ' } else { !is_token(*byte) && *byte != b'.' };
        let end = group.iter().position(ends).unwrap_or(group.len());
        let group = group.get(..end).unwrap_or_default();
        let secret = behind_bearer
            || group.windows(3).any(|three| three == b"eyJ")
            || group.split(|byte| *byte == b'.').any(|run| run.len() >= SECRET_RUN);
        behind_bearer = group.eq_ignore_ascii_case(b"bearer") && text.get(read.saturating_add(end)) == Some(&b' ');
        if secret {
            put(text, &mut written, REMOVED.get(..end).unwrap_or(REMOVED));
        } else {
            for offset in 0..end {
                let byte = text.get(read.saturating_add(offset)).copied().unwrap_or_default();
                put(text, &mut written, &[byte]);
            }
        }
        read = read.saturating_add(end);
    }
    written
}

fn put(text: &mut [u8], written: &mut usize, bytes: &[u8]) {
    copy(text.get_mut(*written..).unwrap_or_default(), bytes);
    *written = written.saturating_add(bytes.len());
}

/// A character of base64url.
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;

    use super::{MAX_SERVER_TEXT, SECRET_RUN, is_token, sanitise_in_place};

    fn sanitised(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        let length = sanitise_in_place(&mut bytes);
        bytes.truncate(length);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn harmless_text_stays() {
        for text in [
            "",
            "client authentication failed",
            "Claim 'audience' must match 'https://as.example/oauth2/token?x=1&y=%20'.",
            "AADSTS700027: trace 0b9c6a3e-8d6a-4f0c-9a51-2f1f6d0b7c11",
            "a.b.c d-e_f <i>\"\\",
        ] {
            assert_eq!(sanitised(text), text);
        }
    }

    #[test]
    fn what_is_not_printable_ascii_goes() {
        for (text, expected) in [
            ("a\r\nb", "a b"),
            ("  a \t b  ", "a b"),
            ("\u{1b}[31mred\u{0}\u{7f}", "[31mred"),
            ("é😀ü", "???"),
            ("\u{2028}", "?"),
            ("\n\n", ""),
        ] {
            assert_eq!(sanitised(text), expected, "{text:?}");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn what_looks_like_a_token_goes() {
        let run = |count: usize| "aB3-_".chars().cycle().take(count).collect::<String>();
        for (text, expected) in [
            ("got eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl!".into(), String::from("got [removed]!")),
            ("xeyJ.a.b".into(), "[removed".into()),
            (run(SECRET_RUN), "[removed]".into()),
            (run(SECRET_RUN - 1), run(SECRET_RUN - 1)),
            (std::format!("'{}'", run(1_000_000)), "'[removed]'".into()),
            ("bearer abc.def rest".into(), "bearer [remove rest".into()),
            ("Authorization: Bearer  x1".into(), "Authorization: Bearer [r".into()),
            ("Bearer, x1".into(), "Bearer, x1".into()),
            ("Bearer ab/cd+e== f".into(), "Bearer [removed] f".into()),
            ("Bearer \"abcdefg\"".into(), "Bearer [removed]".into()),
            ("Bearer .a, Bearer Bearer a".into(), "Bearer [re Bearer [remov [".into()),
            ("the bearer".into(), "the bearer".into()),
        ] {
            assert_eq!(sanitised(&text), expected);
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn the_cut_leaves_no_half_of_a_token() {
        let padding = "a ".repeat(124);
        let text = std::format!("{padding}eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl");
        let shown = sanitised(&text);
        assert!(shown.len() <= MAX_SERVER_TEXT && !shown.contains("eyJ"));
        assert_eq!(sanitised(&"x ".repeat(500_000)).len(), MAX_SERVER_TEXT - 1);
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn whatever_comes_in_nothing_bad_comes_out() {
        let pieces = [
            "eyJ",
            "a.b",
            ".",
            " ",
            "Bearer ",
            "bearer",
            "é",
            "\u{0}",
            "ABCDEFGHIJKLMNOPQRSTUVWX",
            "-_-",
            "\"",
            "😀",
            "/",
        ];
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..12 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                text.push_str(pieces[usize::try_from(state % pieces.len() as u64).unwrap()]);
            }
            let shown = sanitised(&text);
            assert!(shown.len() <= text.len() && shown.len() <= MAX_SERVER_TEXT);
            assert!(shown.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{text:?}");
            assert!(!shown.contains("eyJ"), "{text:?}: {shown}");
            let runs: Vec<_> = shown.as_bytes().split(|byte| !is_token(*byte)).collect();
            assert!(runs.iter().all(|run| run.len() < SECRET_RUN), "{text:?}: {shown}");
        }
    }
}
