use std::format;
use std::string::{String, ToString as _};
use std::vec::Vec;

use serde_json::Value;

use super::{Text, elements, is_value, members, pick, unescape_in_place};
use crate::error::Cause;

/// What the reader says of `bytes`, whatever value they are.
fn verdict(bytes: &[u8]) -> Result<(), Cause> {
    let verdict = match pick(bytes, &[]) {
        Err(Cause::WrongType) => Ok(()),
        other => other.map(drop),
    };
    assert_eq!(core::str::from_utf8(bytes).is_ok_and(is_value), verdict.is_ok(), "{}", bytes.escape_ascii());
    verdict
}

/// Whether `serde_json` takes `bytes`. It refuses a number that f64 has no room for; RFC 8259 section 6 does not, so such
/// numbers are tried again with zeros for the digits of the exponents. (Its feature `arbitrary_precision` would do that
/// too, but for everything that is built with it.) A zero does no harm in what is no number, `\udead` included: it stays
/// the same kind of surrogate.
fn serde_takes(bytes: &[u8]) -> bool {
    let answer = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).map(drop);
    answer(bytes).map_or_else(
        |error| {
            let mut in_exponent = false;
            let small = bytes.iter().map(|&byte| {
                in_exponent = matches!(byte, b'e' | b'E')
                    || in_exponent && (matches!(byte, b'+' | b'-') || byte.is_ascii_digit());
                if in_exponent && byte.is_ascii_digit() { b'0' } else { byte }
            });
            error.to_string().starts_with("number out of range") && answer(&small.collect::<Vec<_>>()).is_ok()
        },
        |()| true,
    )
}

/// How many brackets are open at once at most, those in strings aside.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Has the reader judge `bytes`, and `serde_json` its verdict. The only difference is the limit on depth.
fn judged(bytes: &[u8]) -> Result<(), Cause> {
    let verdict = verdict(bytes);
    let fits = match verdict {
        Ok(()) => serde_takes(bytes) && depth(bytes) <= 32,
        Err(Cause::NotUtf8) => core::str::from_utf8(bytes).is_err(),
        Err(Cause::TooDeep) => depth(bytes) > 32,
        Err(cause) => cause == Cause::InvalidJson && !serde_takes(bytes) && core::str::from_utf8(bytes).is_ok(),
    };
    assert!(fits, "{verdict:?} {}", bytes.escape_ascii());
    verdict
}

/// A value as it stands in its document: members that repeat a name, and the text of numbers.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    Null,
    Boolean(bool),
    Number(String),
    Text(String),
    Array(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Node {
    /// What the reader makes of `value`, which is JSON without white space around it.
    fn read(value: &str) -> Self {
        assert!(is_value(value) && value.trim() == value, "{value}");
        if let Some(members) = members(value) {
            return Self::Object(members.map(|(name, value)| (characters(name), Self::read(value))).collect());
        }
        if let Some(elements) = elements(value) {
            return Self::Array(elements.map(Self::read).collect());
        }
        if let Some(text) = Text::of(value) {
            let characters = characters(text);
            assert_eq!(in_place(value), characters);
            return Self::Text(characters);
        }
        match value {
            "null" => Self::Null,
            "true" => Self::Boolean(true),
            "false" => Self::Boolean(false),
            number => Self::Number(number.into()),
        }
    }

    /// What `serde_json` makes of the same value: the last one of members that repeat a name.
    fn for_serde(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Boolean(boolean) => Value::Bool(*boolean),
            Self::Number(text) => {
                let number: Value = serde_json::from_str(text).unwrap();
                assert!(number.is_number());
                number
            }
            Self::Text(text) => Value::String(text.clone()),
            Self::Array(elements) => elements.iter().map(Self::for_serde).collect(),
            Self::Object(members) => members.iter().map(|(name, value)| (name.clone(), value.for_serde())).collect(),
        }
    }
}

fn characters(text: Text<'_>) -> String {
    let characters: String = text.characters().collect();
    assert!(text.is(&characters));
    assert!(!text.is(&format!("{characters}x")));
    let mut shorter = characters.chars();
    assert!(shorter.next_back().is_none() || !text.is(shorter.as_str()));
    characters
}

/// What `string`, quotes included, stands for, unescaped in the middle of a document; nothing around it may change.
fn in_place(string: &str) -> String {
    let document = format!("[\"\\u0041é\",{string},\"\\n\"]");
    let start = document.find(',').unwrap() + 1;
    let end = start + string.len();
    let mut bytes = document.clone().into_bytes();
    let text = unescape_in_place(&mut bytes, start..end).unwrap();
    assert!(text.start == start + 1 && text.end < end, "{string}");
    assert_eq!(bytes[..text.start], document.as_bytes()[..text.start]);
    assert_eq!(bytes[end - 1..], document.as_bytes()[end - 1..]);
    String::from_utf8(bytes[text].to_vec()).unwrap()
}

// ------------------------------------------------------------------------------------------------- random documents

/// Documents, and changes of each one: 200,000 changed documents.
const DOCUMENTS: usize = 5_000;
const CHANGES: usize = 40;

/// Marsaglia's xorshift with 64 bits: the same documents in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 32) % u64::try_from(limit).unwrap()).unwrap()
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    fn text(&mut self) -> String {
        const CHARACTERS: [char; 30] = [
            'a',
            'b',
            'e',
            'u',
            'n',
            '0',
            '9',
            ' ',
            '{',
            ']',
            ',',
            ':',
            '"',
            '\\',
            '/',
            '\0',
            '\u{8}',
            '\u{c}',
            '\n',
            '\r',
            '\t',
            '\u{1f}',
            '\u{7f}',
            '\u{80}',
            'é',
            '\u{7ff}',
            '€',
            '\u{ffff}',
            '😀',
            '\u{10ffff}',
        ];
        (0..self.below(7)).map(|_| self.one_of(&CHARACTERS)).collect()
    }

    fn number(&mut self) -> String {
        let mut text = String::from(self.one_of(&["", "-"]));
        let digits = |random: &mut Self, count: usize| -> String {
            (0..count).map(|_| random.one_of(&['0', '1', '5', '9'])).collect()
        };
        text.push(self.one_of(&['0', '1', '7', '9']));
        if !text.ends_with('0') {
            let more = self.one_of(&[0, 0, 1, 2, 19]);
            text += &digits(self, more);
        }
        if self.one_in(3) {
            let count = self.one_of(&[1, 1, 2, 20]);
            text = format!("{text}.{}", digits(self, count));
        }
        if self.one_in(3) {
            let count = self.one_of(&[1, 2]);
            text += self.one_of(&["e", "E", "e+", "E+", "e-", "E-"]);
            text += &digits(self, count);
        }
        text
    }

    fn name(&mut self) -> String {
        if self.one_in(4) { self.text() } else { self.one_of(&NAMES).into() }
    }

    fn node(&mut self, room: usize) -> Node {
        match self.below(if room == 0 { 5 } else { 9 }) {
            0 => self.one_of(&[Node::Null, Node::Boolean(true), Node::Boolean(false)]),
            1 | 2 => Node::Number(self.number()),
            3 | 4 => Node::Text(self.text()),
            5 | 6 => Node::Array((0..self.below(4)).map(|_| self.node(room - 1)).collect()),
            _ => Node::Object((0..self.below(5)).map(|_| (self.name(), self.node(room - 1))).collect()),
        }
    }

    /// A value; one in five about as deep as the limit.
    fn document(&mut self) -> Node {
        let mut node = self.node(3);
        if self.one_in(5) {
            for _ in 0..28 + self.below(6) {
                node = if self.one_in(2) {
                    Node::Array([node].into())
                } else {
                    Node::Object([(self.name(), node)].into())
                };
            }
        }
        node
    }

    /// White space, in front of each token and at the end.
    fn space(&mut self, document: &mut String) {
        while self.one_in(4) {
            document.push(self.one_of(&[' ', '\t', '\n', '\r']));
        }
    }

    fn write(&mut self, node: &Node, document: &mut String) {
        self.space(document);
        match node {
            Node::Null => *document += "null",
            Node::Boolean(boolean) => *document += if *boolean { "true" } else { "false" },
            Node::Number(text) => *document += text,
            Node::Text(text) => self.write_text(text, document),
            Node::Array(elements) => {
                document.push('[');
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        self.space(document);
                        document.push(',');
                    }
                    self.write(element, document);
                }
                self.space(document);
                document.push(']');
            }
            Node::Object(members) => {
                document.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        self.space(document);
                        document.push(',');
                    }
                    self.space(document);
                    self.write_text(name, document);
                    self.space(document);
                    document.push(':');
                    self.write(value, document);
                }
                self.space(document);
                document.push('}');
            }
        }
    }

    /// Each character in one of the ways that RFC 8259 section 7 has for it.
    fn write_text(&mut self, text: &str, document: &mut String) {
        document.push('"');
        for character in text.chars() {
            let short = SHORT.iter().find(|(_, plain)| *plain == character);
            match self.below(3) {
                0 if !matches!(character, '"' | '\\' | '\0'..='\u{1f}') => document.push(character),
                1 if short.is_some() => document.extend(['\\', short.unwrap().0]),
                _ => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        *document += &if self.one_in(2) { format!("\\u{unit:04x}") } else { format!("\\u{unit:04X}") };
                    }
                }
            }
        }
        document.push('"');
    }

    /// One to three changes; they need not leave UTF-8.
    fn change(&mut self, document: &mut Vec<u8>) {
        for _ in 0..=self.below(3) {
            let at = self.below(document.len() + 1);
            match self.below(8) {
                0 | 1 if at < document.len() => drop(document.remove(at)),
                2 if at < document.len() => document[at] = self.one_of(BYTES),
                3 if at < document.len() => document[at] ^= 1 << self.below(8),
                4 if self.one_in(4) => document.truncate(at),
                5 => {
                    let end = document.len().min(at + self.below(16));
                    let (piece, to) = (document[at..end].to_vec(), self.below(document.len() + 1));
                    drop(document.splice(to..to, piece));
                }
                _ => document.insert(at, self.one_of(BYTES)),
            }
        }
    }
}

const NAMES: [&str; 4] = ["a", "é\n", "", "\"😀"];
const SHORT: [(char, char); 8] =
    [('"', '"'), ('\\', '\\'), ('/', '/'), ('b', '\u{8}'), ('f', '\u{c}'), ('n', '\n'), ('r', '\r'), ('t', '\t')];
/// What stands for something in JSON, and what never stands in UTF-8 or not alone.
const BYTES: &[u8] = b"{}[]:,\"\\\"\\ \t\n\r\x0b\x0c\0\x1f\x7f0123456789-+.eEtrufalsnd'/\x80\xbf\xc3\xa9\xed\xf0\xff";

#[test]
#[cfg_attr(miri, ignore = "too slow there")]
fn random_documents_are_what_serde_json_reads() {
    let mut random = Random(1);
    let mut deep = 0;
    for _ in 0..DOCUMENTS {
        let node = random.document();
        let mut document = String::new();
        random.write(&node, &mut document);
        random.space(&mut document);
        if judged(document.as_bytes()) == Err(Cause::TooDeep) {
            deep += 1;
            continue;
        }
        assert_eq!(Node::read(document.trim()), node);
        assert_eq!(serde_json::from_str::<Value>(&document).unwrap(), node.for_serde());

        let picked = pick(document.as_bytes(), &NAMES);
        let Node::Object(members) = node else {
            assert_eq!(picked, Err(Cause::WrongType));
            continue;
        };
        let named = NAMES.map(|name| members.iter().filter(|member| member.0 == name).collect::<Vec<_>>());
        if named.iter().any(|all| all.len() > 1) {
            assert_eq!(picked, Err(Cause::Repeated), "{document}");
            continue;
        }
        for (place, all) in picked.unwrap().into_iter().zip(named) {
            match all.first() {
                None => assert_eq!(place, 0..0),
                Some((_, value)) => assert_eq!(Node::read(&document[place]), *value),
            }
        }
    }
    assert!(deep > 10);
}

#[test]
#[cfg_attr(miri, ignore = "too slow there")]
fn random_changes_agree_with_serde_json() {
    let mut random = Random(2);
    let (mut taken, mut not_utf8, mut too_deep, mut invalid) = (0, 0, 0, 0);
    for _ in 0..DOCUMENTS {
        let (node, mut document) = (random.document(), String::new());
        random.write(&node, &mut document);
        for _ in 0..CHANGES {
            let mut bytes = document.clone().into_bytes();
            random.change(&mut bytes);
            let count = match judged(&bytes) {
                Ok(()) => &mut taken,
                Err(Cause::NotUtf8) => &mut not_utf8,
                Err(Cause::TooDeep) => &mut too_deep,
                Err(_) => &mut invalid,
            };
            *count += 1;
        }
    }
    // None of the four is there by accident only.
    assert_eq!(taken + not_utf8 + too_deep + invalid, DOCUMENTS * CHANGES);
    assert!([taken, not_utf8, too_deep, invalid].iter().all(|count| *count > DOCUMENTS * CHANGES / 100));
}

/// Every text of at most `length` of `tokens`; gives how many are JSON.
fn all_of(tokens: &[&str], length: u32) -> usize {
    let mut taken = 0;
    for length in 0..=length {
        for mut number in 0..tokens.len().pow(length) {
            let mut text = String::new();
            for _ in 0..length {
                text += tokens[number % tokens.len()];
                number /= tokens.len();
            }
            taken += usize::from(judged(text.as_bytes()).is_ok());
        }
    }
    taken
}

#[test]
#[cfg_attr(miri, ignore = "too slow there")]
fn every_short_text_agrees_with_serde_json() {
    // Structure; numbers; strings; literals. The counts are there because nothing else would show a list gone wrong.
    assert!(all_of(&["{", "}", "[", "]", ",", ":", "\"a\"", "1", " "], 5) > 100);
    assert!(all_of(&["0", "1", "-", "+", ".", "e", "E"], 5) > 100);
    assert!(all_of(&["\"", "\\", "/", "n", "u", "d83d", "\\ude00", "00e9", "é", "\u{1f}"], 4) > 10);
    assert_eq!(all_of(&["t", "r", "u", "e", "n", "l"], 5), 2);
}

#[test]
#[cfg_attr(miri, ignore = "too slow there")]
fn every_change_of_one_character_agrees_with_serde_json() {
    let document = r#"{"a":[1,-2.5e+3,{"b":"\u00e9\n\ud83d\ude00x"}],"c":{"d":[]},"e":true,"f":null,"g":false}"#;
    judged(document.as_bytes()).unwrap();
    for (at, byte) in document.bytes().enumerate() {
        let mut changed = document.as_bytes().to_vec();
        changed.remove(at);
        let _ = judged(&changed);
        changed.insert(at, byte);
        for other in 0..=u8::MAX {
            changed[at] = other;
            let _ = judged(&changed);
        }
    }
}

#[test]
fn hand_written_cases_agree_with_serde_json() {
    let cases = "|0|-0|00|-00|01|-01|-|+1|1.|.5|-.5|1.5|1.e5|1e|1e5|1E+5|1e-5|1e+|1e5.5|--1|- 1|0x1|1 2|1,|1e999|-1e-999\
        |true|tru|truex|True|TRUE|t|false|fals|null|nul|nulll|NaN|Infinity|-Infinity|undefined|true false\
        |\"\"|\"|\"a|\"\\\"|\"\u{1}\"|\"\u{7f}\"|\"\n\"|\"\t\"|\"\0\"|\"é😀\u{2028}\"|\"a\"\"b\"|\"a\"b|'a'|a|\\u0022a\\u0022\
        |[]|[ ]|[1]|[1,]|[,1]|[,]|[1,,2]|[1 2]|[1,2]|[1;2]|[|]|[]]|[[]|[}|[1}|[{]|[\"a\":1]|[1]x|[1]\0|(1)\
        |{}|{ }|{\"a\":1}|{\"a\":1,}|{,}|{,\"a\":1}|{\"a\"}|{\"a\":}|{\"a\",1}|{\"a\"::1}|{\"a\" 1}|{a:1}|{1:1}|{null:1}|{[]:1}\
        |{\"a\":1,\"b\":2}|{\"a\":1 \"b\":2}|{\"a\":1,,\"b\":2}|{\"a\":1]|{|}|{{}}|{}{}|{}[]|{\"a\":1}}|{\"a\":1,\"a\":2}\
        |// c\n1|/* c */1|1//|#|\u{feff}1|1\u{feff}|\u{feff}|1\u{a0}|\u{a0}1|\u{2028}1|\u{85}1|\t\r\n 1 \t\r\n|\u{b}1|\u{c}1";
    for case in cases.split('|') {
        let _ = judged(case.as_bytes());
    }
    // RFC 8259 section 6 sets no range.
    assert_eq!(verdict(b"1e999"), Ok(()));
    // RFC 8259 section 8.1: a reader may take a byte order mark; this one does not.
    assert_eq!(verdict("\u{feff}{}".as_bytes()), Err(Cause::InvalidJson));
    assert_eq!(verdict(b""), Err(Cause::InvalidJson));
    assert_eq!(verdict(b" "), Err(Cause::InvalidJson));
}

#[test]
#[cfg_attr(miri, ignore = "too slow there")]
fn white_space_may_stand_between_tokens_only() {
    let tokens = r#"{ "a" : [ 1 , true , { } , [ ] ] , "b" : "x" }"#.split(' ').collect::<Vec<_>>();
    let node = Node::read(&tokens.concat());
    for at in 0..=tokens.len() {
        let (before, behind) = (tokens[..at].concat(), tokens[at..].concat());
        for space in [" ", "\t", "\n", "\r", "\r\n \t"] {
            let document = format!("{before}{space}{behind}");
            assert_eq!(judged(document.as_bytes()), Ok(()));
            assert_eq!(Node::read(document.trim()), node);
        }
        for other in ["\u{b}", "\u{c}", "\0", "\u{1f}", "\u{7f}", "\u{85}", "\u{a0}", "\u{2028}", "\u{feff}", "/**/"] {
            assert_eq!(judged(format!("{before}{other}{behind}").as_bytes()), Err(Cause::InvalidJson));
        }
    }
    for split in ["tr ue", "- 1", "1 .5", "1. 5", "1 e5", "1e 5", "1e+ 5", "1 2", "\"\\ n\"", "\"\\u 0041\"", "\"\n\""]
    {
        assert_eq!(judged(split.as_bytes()), Err(Cause::InvalidJson));
    }
}

// -------------------------------------------------------------------------------------------- members and elements

#[test]
fn what_is_empty_or_nested_yields_what_is_there() {
    for (document, wanted) in [
        ("[]", &[][..]),
        (" [ ] ", &[]),
        ("[[]]", &["[]"]),
        ("[ [ ] , [] ]", &["[ ]", "[]"]),
        ("[{},[{}],1]", &["{}", "[{}]", "1"]),
        ("[[[1,2],3],\"],[\",null]", &["[[1,2],3]", "\"],[\"", "null"]),
    ] {
        let mut found = elements(document).unwrap();
        assert_eq!(found.by_ref().collect::<Vec<_>>(), wanted);
        assert!(found.next().is_none() && found.next().is_none());
        assert!(members(document).is_none());
    }
    for (document, wanted) in [
        ("{}", &[][..]),
        (" { } ", &[]),
        ("{\"\":{}}", &[("", "{}")]),
        ("{ \"a\" : { \"a\" : { } } , \"b\":[{}] }", &[("a", "{ \"a\" : { } }"), ("b", "[{}]")]),
        ("{\"}\":\"{\",\"\\\"\":[\"}\"]}", &[("}", "\"{\""), ("\"", "[\"}\"]")]),
    ] {
        let mut found = members(document).unwrap();
        let named = found.by_ref().map(|(name, value)| (characters(name), value)).collect::<Vec<_>>();
        assert_eq!(named.iter().map(|(name, value)| (name.as_str(), *value)).collect::<Vec<_>>(), wanted);
        assert!(found.next().is_none() && found.next().is_none());
        assert!(elements(document).is_none());
    }
    for document in
        ["", " ", "{", "}", "[", "]", "1", "\"{}\"", "\"[]\"", "{}{}", "[][]", "{},", "[],", "{\"a\":1", "[1"]
    {
        assert!(members(document).is_none() && elements(document).is_none());
    }
}

#[test]
fn text_is_a_string_and_nothing_else() {
    assert!(Text::of("\"\"").unwrap().is(""));
    assert!(Text::of("\"\\\"\"").unwrap().is("\""));
    for value in ["1", "null", "{}", "[\"a\"]", "{\"a\":\"b\"}", "\"", ""] {
        assert!(Text::of(value).is_none());
    }
}

// ------------------------------------------------------------------------------------------------------------- pick

#[test]
fn pick_finds_what_is_asked_for() {
    let document = r#" {"z":{"a":0}, "a" : [1] ,"\u0062":"x\ty","b\u0000":1} "#;
    let [a, b, c] = pick(document.as_bytes(), &["a", "b", "c"]).unwrap();
    assert_eq!((&document[a.clone()], &document[b.clone()]), ("[1]", r#""x\ty""#));
    assert_eq!(c, 0..0);
    let mut bytes = document.as_bytes().to_vec();
    let text = unescape_in_place(&mut bytes, b).unwrap();
    assert_eq!(&bytes[text], b"x\ty");
    // What is no string, and what is absent.
    let before = bytes.clone();
    assert_eq!(unescape_in_place(&mut bytes, a), None);
    assert_eq!(unescape_in_place(&mut bytes, c), None);
    assert_eq!(bytes, before);
}

#[test]
fn pick_refuses_what_it_cannot_answer() {
    let cause = |text: &str| pick(text.as_bytes(), &["a", "\"é"]).map(drop);
    for repeated in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":1}"#,
        r#"{"\u0061":1,"b":1,"a":null}"#,
        r#"{"\"é":{},"\u0022\u00E9":[]}"#,
    ] {
        assert_eq!(cause(repeated), Err(Cause::Repeated), "{repeated}");
    }
    for fine in [r#"{"b":1,"b":1}"#, r#"{"a":{"a":1},"A":1,"aa":1}"#, r#"{"a":1,"\u0000a":1,"a\u0000":1,"a ":1}"#, "{}"]
    {
        assert_eq!(cause(fine), Ok(()), "{fine}");
    }
    for other in ["[]", "[{\"a\":1}]", "\"a\"", "1", "null", " true "] {
        assert_eq!(cause(other), Err(Cause::WrongType), "{other}");
    }
    assert_eq!(cause(r#"{"a":1,"a":1"#), Err(Cause::InvalidJson));
    for bytes in [&b"{\"a\":\"\xff\"}"[..], b"{}\x80", b"\xef\xbb{}", b"{\"\xed\xa0\x80\":1}", b"{\0\"\0a\0\xff"] {
        assert_eq!(pick(bytes, &["a"]), Err(Cause::NotUtf8));
    }
}

// ---------------------------------------------------------------------------------------------------------- escapes

#[test]
#[cfg_attr(miri, ignore = "too slow there")]
fn every_escape_stands_for_its_character() {
    let escapes = [
        (r#"\""#, "\""),
        (r"\\", "\\"),
        (r"\/", "/"),
        (r"\b", "\u{8}"),
        (r"\f", "\u{c}"),
        (r"\n", "\n"),
        (r"\r", "\r"),
        (r"\t", "\t"),
        (r"\u0000", "\0"),
        (r"\u0022", "\""),
        (r"\u005C", "\\"),
        (r"\u007f", "\u{7f}"),
        (r"\u0080", "\u{80}"),
        (r"\u07fF", "\u{7ff}"),
        (r"\u0800", "\u{800}"),
        (r"\uD7FF", "\u{d7ff}"),
        (r"\ue000", "\u{e000}"),
        (r"\ufeff", "\u{feff}"),
        (r"\uFFFF", "\u{ffff}"),
        (r"\ud800\udc00", "\u{10000}"),
        (r"\uD83D\uDE00", "😀"),
        (r"\udbff\udfff", "\u{10ffff}"),
    ];
    let plain = ["", "a", "u0041", "é", "€", "😀", "\u{7f}"].map(|plain| (plain, plain));
    let around = plain.iter().chain(&escapes);
    for (before, before_is) in around.clone() {
        for (behind, behind_is) in around.clone() {
            for (escape, character) in escapes {
                let string = format!("\"{before}{escape}{behind}\"");
                let wanted = format!("{before_is}{character}{behind_is}");
                assert_eq!(judged(string.as_bytes()), Ok(()));
                assert_eq!(Node::read(&string), Node::Text(wanted));
            }
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "too slow there")]
fn what_is_no_escape_is_refused() {
    let strings = [
        r"\",
        r"\a",
        r"\v",
        r"\0",
        r"\'",
        r"\x41",
        r"\N",
        r"\T",
        r"\U0041",
        r"\ ",
        r"\é",
        "\\\n",
        "\\\0",
        r"\u",
        r"\u1",
        r"\u12",
        r"\u123",
        r"\u123g",
        r"\u123é",
        r"\u+123",
        r"\u-123",
        r"\u 123",
        r"\u0x41",
        r"\u{41}",
        r"\u\u0041",
        // Half a pair (section 8.2).
        r"\ud800",
        r"\udbff",
        r"\udc00",
        r"\udfff",
        r"x\ud800x",
        r"\ud800\ud800",
        r"\ud800\udbff",
        r"\udc00\ud800",
        r"\ud800\u0041",
        r"\ud800\ue000",
        r"\ud800\n",
        r"\ud800\\udc00",
        r"\ud800\Udc00",
        r"\ud800/udc00",
        r"\ud800xudc00",
        r"\ud800\xdc00",
        r"\ud800udc00aa",
        r"\ud800\u",
        r"\ud800\udc0",
        r"\ud800\udc0g",
        r"\ud800 \udc00",
        r"\ud800\udc00\udc00",
    ];
    for string in strings {
        for string in [format!("\"{string}\""), format!("\"{string}"), format!("{{\"a{string}\":1}}")] {
            assert_eq!(judged(string.as_bytes()), Err(Cause::InvalidJson));
        }
    }
}

// ----------------------------------------------------------------------------------------------------------- limits

#[test]
#[cfg_attr(miri, ignore = "too slow there")]
fn depth_is_limited_to_32() {
    for (open, inside, close) in
        [("[", "", "]"), ("[", "1", "]"), ("{\"a\":", "{}", "}"), (" [ 1 , ", "\"]\"", " , 2 ] ")]
    {
        let nested = |depth: usize| {
            let depth = depth - usize::from(inside == "{}");
            format!("{}{inside}{}", open.repeat(depth), close.repeat(depth))
        };
        assert_eq!(judged(nested(32).as_bytes()), Ok(()));
        assert_eq!(judged(nested(33).as_bytes()), Err(Cause::TooDeep));
        // It counts what is open, not what there is.
        let beside = format!("[{}]", [&*nested(31); 3].join(","));
        assert_eq!(judged(beside.as_bytes()), Ok(()));
    }
    let mixed = |pairs: usize, inside: &str| format!("{}{inside}{}", "[{\"a\":".repeat(pairs), "}]".repeat(pairs));
    assert_eq!(judged(mixed(16, "0").as_bytes()), Ok(()));
    assert_eq!(judged(mixed(16, "[]").as_bytes()), Err(Cause::TooDeep));
    // Every level knows what it is, down to the outermost.
    for depth in 0..32 {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let rest = 31 - depth;
        let inside = format!("{}0{}", "[".repeat(rest), "]".repeat(rest));
        assert_eq!(judged(format!("{open}{{\"a\":{inside}}}{close}").as_bytes()), Ok(()));
        let wrong = format!("{open}{{\"a\":{inside}]{close}");
        assert_eq!(judged(wrong.as_bytes()), Err(Cause::InvalidJson));
    }
    // What is wrong first counts.
    assert_eq!(verdict(format!("[1 {}", "[".repeat(40)).as_bytes()), Err(Cause::InvalidJson));
    assert_eq!(verdict(format!("{}1 1", "[".repeat(40)).as_bytes()), Err(Cause::TooDeep));
}

const MEGABYTE: usize = 1 << 20;

#[test]
#[cfg_attr(miri, ignore = "too slow there")]
fn a_megabyte_of_brackets_is_too_deep() {
    for open in ["[", "{\"a\":", "[{\"a\":", "[ "] {
        assert_eq!(verdict(open.repeat(MEGABYTE / open.len()).as_bytes()), Err(Cause::TooDeep));
    }
    for (text, other) in [("[1", "]"), ("{\"a\":1", "}")] {
        let closed = format!("{text}{}", other.repeat(MEGABYTE));
        assert_eq!(verdict(closed.as_bytes()), Err(Cause::InvalidJson));
    }
}

#[test]
#[cfg_attr(miri, ignore = "too slow there")]
fn length_is_not_limited() {
    for (piece, characters) in [("a", 1), ("é", 1), (r"\\", 1), (r"\u00e9", 1), (r"\ud83d\ude00", 1), (r"\n😀", 2)] {
        let count = MEGABYTE / piece.len();
        let string = format!("\"{}\"", piece.repeat(count));
        assert_eq!(verdict(string.as_bytes()), Ok(()));
        assert_eq!(Text::of(&string).unwrap().characters().count(), count * characters);
        assert_eq!(in_place(&string).chars().count(), count * characters);
        assert_eq!(verdict(&string.as_bytes()[..string.len() - 1]), Err(Cause::InvalidJson));
    }
    let digits = "1".repeat(MEGABYTE);
    for number in [digits.clone(), format!("-{digits}.{digits}"), format!("1E+{digits}")] {
        assert_eq!(verdict(number.as_bytes()), Ok(()));
        assert_eq!(verdict(format!("{number}x").as_bytes()), Err(Cause::InvalidJson));
        assert_eq!(verdict(format!("0{number}").as_bytes()), Err(Cause::InvalidJson));
    }
    let space = " \t\r\n".repeat(MEGABYTE / 4);
    assert_eq!(verdict(space.as_bytes()), Err(Cause::InvalidJson));
    let spaced = format!("{space}[{space}1{space}]{space}");
    assert_eq!(verdict(spaced.as_bytes()), Ok(()));
    assert_eq!(elements(&spaced).unwrap().collect::<Vec<_>>(), ["1"]);
    let flat = format!("[{}0]", "[],".repeat(MEGABYTE / 3));
    assert_eq!(elements(&flat).unwrap().count(), MEGABYTE / 3 + 1);
    let wide = format!("{{{}\"a\":1}}", "\"b\":{},".repeat(MEGABYTE / 7));
    assert_eq!(members(&wide).unwrap().count(), MEGABYTE / 7 + 1);
    let [a, c] = pick(wide.as_bytes(), &["a", "c"]).unwrap();
    assert_eq!((&wide[a], c), ("1", 0..0));
}

#[test]
#[cfg_attr(miri, ignore = "too slow there")]
fn metadata_of_30_kilobytes_is_read() {
    let scopes = (0..900).map(|index| format!("\"https:\\/\\/as.example\\/scope\\/{index}\"")).collect::<Vec<_>>();
    let document = format!(
        "{{\n  \"issuer\": \"https://as.example\",\n  \"scopes_supported\": [\n    {}\n  ],\n  \"mtls_endpoint_aliases\": \
         {{\"token_endpoint\": \"https://mtls.as.example/token\"}},\n  \"token_endpoint\" : \
         \"https:\\/\\/as.example\\/token\"\n}}\n",
        scopes.join(",\n    ")
    );
    assert!(document.len() > 30_000);
    assert_eq!(judged(document.as_bytes()), Ok(()));
    assert_eq!(Node::read(document.trim()).for_serde(), serde_json::from_str::<Value>(&document).unwrap());
    let [issuer, scopes, token] = pick(document.as_bytes(), &["issuer", "scopes_supported", "token_endpoint"]).unwrap();
    assert!(Text::of(&document[issuer]).unwrap().is("https://as.example"));
    assert!(Text::of(&document[token]).unwrap().is("https://as.example/token"));
    let last = elements(&document[scopes]).unwrap().last().unwrap();
    assert!(Text::of(last).unwrap().is("https://as.example/scope/899"));
}

// ------------------------------------------------------------------------------- the JSON parsing test suite

/// What the suite leaves to the reader (its files `i_*`), and why it is decided so.
const DECISIONS: [(Result<(), Cause>, &[&str]); 5] = [
    // RFC 8259 section 6 sets no range, and this reader does not calculate: a number is its text.
    (
        Ok(()),
        &[
            "number_double_huge_neg_exp",
            "number_huge_exp",
            "number_neg_int_huge_exp",
            "number_pos_double_huge_exp",
            "number_real_neg_overflow",
            "number_real_pos_overflow",
            "number_real_underflow",
            "number_too_big_neg_int",
            "number_too_big_pos_int",
            "number_very_big_negative_int",
        ],
    ),
    // RFC 8259 section 8.2: what half a pair of surrogates means is unpredictable, and it has no UTF-8 to be compared
    // with or handed on as.
    (
        Err(Cause::InvalidJson),
        &[
            "object_key_lone_2nd_surrogate",
            "string_1st_surrogate_but_2nd_missing",
            "string_1st_valid_surrogate_2nd_invalid",
            "string_incomplete_surrogate_and_escape_valid",
            "string_incomplete_surrogate_pair",
            "string_incomplete_surrogates_escape_valid",
            "string_invalid_lonely_surrogate",
            "string_invalid_surrogate",
            "string_inverted_surrogates_U+1D11E",
            "string_lone_second_surrogate",
        ],
    ),
    // RFC 8259 section 8.1: between systems JSON is UTF-8, which has no overlong forms, no surrogates and ends at
    // U+10FFFF (RFC 3629 section 3). UTF-16 is not UTF-8.
    (
        Err(Cause::NotUtf8),
        &[
            "string_UTF-16LE_with_BOM",
            "string_UTF-8_invalid_sequence",
            "string_UTF8_surrogate_U+D800",
            "string_invalid_utf-8",
            "string_iso_latin_1",
            "string_lone_utf8_continuation_byte",
            "string_not_in_unicode_range",
            "string_overlong_sequence_2_bytes",
            "string_overlong_sequence_6_bytes",
            "string_overlong_sequence_6_bytes_null",
            "string_truncated-utf-8",
            "string_utf16BE_no_BOM",
            "string_utf16LE_no_BOM",
        ],
    ),
    // RFC 8259 section 8.1: a writer must not put a byte order mark, a reader may refuse it.
    (Err(Cause::InvalidJson), &["structure_UTF-8_BOM_empty_object"]),
    // RFC 8259 section 9: a reader may limit the depth.
    (Err(Cause::TooDeep), &["structure_500_nested_arrays"]),
];

/// Where cargo has unpacked the files of the suite.
fn suite() -> std::path::PathBuf {
    // Its data is all that is wanted of the package; this is why it is not an unused dependency.
    #[cfg(target_pointer_width = "64")]
    use yyjson_sys as _;

    let run = |program: &str, arguments: &[&str]| {
        let output = std::process::Command::new(program).args(arguments).output().unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    // Packages that only other hosts need are not downloaded for this.
    let compiler = run("rustc", &["-vV"]);
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let metadata = run(
        env!("CARGO"),
        &["metadata", "--format-version=1", "--locked", "--filter-platform", host, "--manifest-path", manifest],
    );
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let package =
        metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == "yyjson-sys").unwrap();
    let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap());
    manifest.parent().unwrap().join("yyjson/test/data/json/test_parsing")
}

#[test]
#[cfg_attr(miri, ignore = "too slow there")]
fn the_json_parsing_test_suite_is_passed() {
    let (mut taken, mut refused, mut decided) = (0, 0, 0);
    for file in std::fs::read_dir(suite()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let verdict = verdict(&bytes);
        match path.file_stem().unwrap().to_str().unwrap().split_once('_').unwrap() {
            ("y", name) => {
                assert_eq!(verdict, Ok(()), "{name}");
                let text = core::str::from_utf8(&bytes).unwrap();
                let node = Node::read(text.trim_matches([' ', '\t', '\n', '\r']));
                assert_eq!(node.for_serde(), serde_json::from_str::<Value>(text).unwrap(), "{name}");
                taken += 1;
            }
            ("n", name) => {
                assert!(verdict.is_err(), "{name}");
                refused += 1;
            }
            (kind, name) => {
                assert_eq!(kind, "i");
                let decision = DECISIONS.iter().find(|(_, names)| names.contains(&name));
                assert_eq!(Some(verdict), decision.map(|(decision, _)| *decision), "{name}");
                decided += 1;
            }
        }
    }
    assert_eq!((taken, refused, decided), (95, 189, 35));
    assert_eq!(DECISIONS.iter().map(|(_, names)| names.len()).sum::<usize>(), decided);
}

#[test]
fn what_is_wrong_is_not_cut_off() {
    use super::is_cut_off;
    let pair = r#"["\ud83d\ude00"#;
    for end in 1..=pair.len() {
        assert!(is_cut_off(&pair.as_bytes()[..end]), "{}", &pair[..end]);
    }
    // Two of the same half: no more characters make a pair of them.
    assert!(is_cut_off(br#"["\ud83d\ud83"#));
    assert!(!is_cut_off(br#"["\ud83d\ud83d"#));
}
