//! Answers of token endpoints: what `serde_json` finds in the body, and no secret in what a server says.
#![no_main]

use jurat_core::{Cause, MAX_SERVER_TEXT, Outcome, Response, TokenType};
use jurat_fuzz::{contradicts, json};
use serde_json::Value;

/// Printable ASCII, and nothing that could be a token.
fn is_harmless(text: &str) -> bool {
    let is_token = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    text.len() <= MAX_SERVER_TEXT
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && !text.contains("eyJ")
        && text.split(|character| !is_token(character)).all(|run| run.len() < 40)
}

/// Whole seconds, as a number or a text of it, with zeros behind the point.
fn seconds(value: &Value) -> Option<u32> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let (digits, zeros) = text.split_once('.').unwrap_or((&text, ""));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) || zeros.bytes().any(|zero| zero != b'0')
    {
        return None;
    }
    Some(digits.parse::<u128>().map_or(u32::MAX, |seconds| u32::try_from(seconds).unwrap_or(u32::MAX)))
}

// The status, then the body.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some(([high, low], data)) = data.split_first_chunk::<2>() else { return };
    let status = u16::from_be_bytes([*high, *low]) % 600;
    let mut bytes = data.to_vec();
    let outcome = Response::new(status, &mut bytes).read();
    let document = json(data);
    let member = |name| document.as_ref().and_then(|document| document.get(name)).filter(|value| !value.is_null());
    let cause = match outcome {
        Outcome::Redirect => return assert!((300..=399).contains(&status)),
        Outcome::Empty => return assert!(data.trim_ascii().is_empty()),
        Outcome::NotJson | Outcome::Truncated if core::str::from_utf8(data).is_err() => None,
        Outcome::NotJson | Outcome::Truncated => Some(Cause::InvalidJson),
        Outcome::Unusable(cause) => Some(cause),
        _ => None,
    };
    assert!(!(300..=399).contains(&status));
    let not_utf8 = core::str::from_utf8(data).is_err();
    assert!(not_utf8 || !contradicts(data, cause), "{outcome:?}");
    match outcome {
        Outcome::Token(token) => {
            assert!((200..=299).contains(&status));
            assert!(member("error").is_none());
            assert_eq!(Some(token.access_token()), member("access_token").and_then(Value::as_str));
            assert!(
                !token.access_token().is_empty()
                    && token.access_token().bytes().all(|byte| matches!(byte, b' '..=b'~'))
            );
            let typ = member("token_type").and_then(Value::as_str).unwrap().to_ascii_lowercase();
            match token.token_type() {
                TokenType::Bearer => assert_eq!(typ, "bearer"),
                TokenType::Dpop => assert_eq!(typ, "dpop"),
                TokenType::Other(other) => assert_eq!(typ, other.to_ascii_lowercase()),
                _ => panic!("a token type that is new"),
            }
            assert_eq!(token.scope(), member("scope").and_then(Value::as_str));
            assert_eq!(token.expires_in(), member("expires_in").and_then(seconds));
            assert!(!format!("{token:?}").contains(token.access_token()) || "Token(..)".contains(token.access_token()));
        }
        Outcome::Error(error) => {
            assert_eq!(error.status(), status);
            assert!(member("error").is_some_and(Value::is_string));
            assert!((1..=64).contains(&error.code_text().len()));
            for text in [Some(error.code_text()), error.description(), error.uri()].into_iter().flatten() {
                assert!(is_harmless(text), "{text}");
            }
        }
        Outcome::Foreign(error) => {
            assert!(!member("error").is_some_and(Value::is_string));
            for text in [error.code(), error.title(), error.detail()].into_iter().flatten() {
                assert!(is_harmless(text), "{text}");
            }
        }
        _ => {}
    }
});
