//! Reads JSON that others wrote: strict, without recursion, with a depth limit.

/// How many arrays and objects may be open at once.
const MAX_DEPTH: u32 = 32;

/// Whether `text` is exactly one JSON value (RFC 8259), surrogates in pairs, at most 32 levels deep.
pub(crate) fn is_value(text: &str) -> bool {
    let mut reader = Reader { rest: text.as_bytes() };
    reader.value().is_some() && reader.peek().is_none()
}

/// The members of an object in their order, names that occur twice included; `None` unless `text` is exactly one JSON
/// value as for [`is_value`], and that is an object.
#[cfg(feature = "import")]
pub(crate) fn members(text: &str) -> Option<Members<'_>> {
    let mut reader = Reader { rest: text.as_bytes() };
    (reader.peek()? == b'{' && is_value(text)).then_some(Members { text, reader })
}

/// Yields name and value; the value as it stands there, without white space around it.
#[cfg(feature = "import")]
pub(crate) struct Members<'a> {
    text: &'a str,
    /// Stands before the opening brace at first, then behind a value.
    reader: Reader<'a>,
}

#[cfg(feature = "import")]
impl<'a> Members<'a> {
    /// What `read` takes, without the white space before it.
    fn span(&mut self, read: impl FnOnce(&mut Reader<'a>) -> Option<()>) -> Option<&'a str> {
        self.reader.peek()?;
        let from = self.text.len().checked_sub(self.reader.rest.len())?;
        read(&mut self.reader)?;
        self.text.get(from..self.text.len().checked_sub(self.reader.rest.len())?)
    }
}

#[cfg(feature = "import")]
impl<'a> Iterator for Members<'a> {
    type Item = (Text<'a>, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        // At the closing brace neither of the two is there. An empty object has no name behind its opening one.
        self.reader.take(b'{').or_else(|| self.reader.take(b','))?;
        let name = self.span(|reader| reader.take(b'"').and_then(|()| reader.string()))?;
        self.reader.take(b':')?;
        let value = self.span(Reader::value)?;
        Some((Text::of(name)?, value))
    }
}

/// A string as it stands between its quotes, escapes and all.
#[cfg(feature = "import")]
#[derive(Clone, Copy)]
pub(crate) struct Text<'a>(&'a str);

#[cfg(feature = "import")]
impl<'a> Text<'a> {
    /// The string that `value`, a value of [`Members`], is; `None` if it is something else.
    pub(crate) fn of(value: &'a str) -> Option<Self> {
        value.strip_prefix('"')?.strip_suffix('"').map(Self)
    }

    /// The characters that the string stands for.
    pub(crate) fn characters(self) -> Characters<'a> {
        Characters(self.0.chars())
    }

    /// Whether the string stands for `plain`.
    pub(crate) fn is(self, plain: &str) -> bool {
        self.characters().eq(plain.chars())
    }
}

/// Unescapes one character at a time, so that there is no copy of a secret to wipe.
#[cfg(feature = "import")]
pub(crate) struct Characters<'a>(core::str::Chars<'a>);

#[cfg(feature = "import")]
impl Characters<'_> {
    fn unit(&mut self) -> Option<u16> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | self.0.next()?.to_digit(16)?;
        }
        u16::try_from(unit).ok()
    }

    /// The character of `\uXXXX`, or of the pair of them that it begins.
    fn code_point(&mut self) -> Option<char> {
        let first = self.unit()?;
        if let Some(character) = char::from_u32(first.into()) {
            return Some(character);
        }
        self.0.next().filter(|backslash| *backslash == '\\')?;
        self.0.next().filter(|letter| *letter == 'u')?;
        char::decode_utf16([first, self.unit()?]).next()?.ok()
    }
}

#[cfg(feature = "import")]
impl Iterator for Characters<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self.0.next()? {
            '\\' => match self.0.next()? {
                'b' => Some('\u{8}'),
                'f' => Some('\u{c}'),
                'n' => Some('\n'),
                'r' => Some('\r'),
                't' => Some('\t'),
                'u' => self.code_point(),
                itself => Some(itself),
            },
            character => Some(character),
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn next(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    /// The next byte that is not white space, without taking it.
    fn peek(&mut self) -> Option<u8> {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    /// Takes `wanted` behind optional white space, if it is there.
    fn take(&mut self, wanted: u8) -> Option<()> {
        if self.peek()? != wanted {
            return None;
        }
        self.next().map(drop)
    }

    fn value(&mut self) -> Option<()> {
        // One bit for each open level, the innermost lowest: 1 for an object, 0 for an array.
        let mut levels: u32 = 0;
        let mut depth = 0;
        loop {
            let opened = match self.peek()? {
                b'{' => Some((1, b'}')),
                b'[' => Some((0, b']')),
                _ => None,
            };
            if let Some((level, close)) = opened {
                if depth == MAX_DEPTH {
                    return None;
                }
                self.next();
                if self.take(close).is_none() {
                    levels = levels << 1 | level;
                    depth = depth.saturating_add(1);
                    if level == 1 {
                        self.name()?;
                    }
                    continue;
                }
            } else {
                self.scalar()?;
            }
            // A value is complete: close what ends here, then go on to the next one.
            loop {
                if depth == 0 {
                    return Some(());
                }
                let in_object = levels & 1 == 1;
                if self.take(b',').is_some() {
                    if in_object {
                        self.name()?;
                    }
                    break;
                }
                self.take(if in_object { b'}' } else { b']' })?;
                levels >>= 1;
                depth = depth.saturating_sub(1);
            }
        }
    }

    fn name(&mut self) -> Option<()> {
        self.take(b'"')?;
        self.string()?;
        self.take(b':')
    }

    fn scalar(&mut self) -> Option<()> {
        match self.next()? {
            b'"' => self.string(),
            b't' => self.literal(b"rue"),
            b'f' => self.literal(b"alse"),
            b'n' => self.literal(b"ull"),
            b'-' => {
                let first = self.next()?;
                self.number(first)
            }
            first => self.number(first),
        }
    }

    fn literal(&mut self, text: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    /// The rest of a number whose first digit has been taken (RFC 8259 section 6).
    fn number(&mut self, first: u8) -> Option<()> {
        match first {
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return None,
        }
        if let [b'.', rest @ ..] = self.rest {
            self.rest = rest;
            self.some_digits()?;
        }
        if let [b'e' | b'E', b'+' | b'-', rest @ ..] | [b'e' | b'E', rest @ ..] = self.rest {
            self.rest = rest;
            self.some_digits()?;
        }
        Some(())
    }

    fn digits(&mut self) {
        while let [b'0'..=b'9', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    fn some_digits(&mut self) -> Option<()> {
        if !self.next()?.is_ascii_digit() {
            return None;
        }
        self.digits();
        Some(())
    }

    /// The rest of a string whose opening quote has been taken.
    fn string(&mut self) -> Option<()> {
        loop {
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => match self.next()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => match self.code_unit()? {
                        0xd800..=0xdbff => {
                            self.literal(b"\\u")?;
                            if !matches!(self.code_unit()?, 0xdc00..=0xdfff) {
                                return None;
                            }
                        }
                        0xdc00..=0xdfff => return None,
                        _ => {}
                    },
                    _ => return None,
                },
                0..=0x1f => return None,
                _ => {}
            }
        }
    }

    fn code_unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | char::from(self.next()?).to_digit(16)?;
        }
        Some(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::is_value;

    /// `serde_json` as oracle: it has the same grammar, another depth limit, and keeps numbers to f64.
    fn serde_says(text: &str) -> bool {
        serde_json::from_str::<serde_json::Value>(text).is_ok()
    }

    #[test]
    fn hand_written_cases_agree_with_serde_json() {
        let cases = [
            "",
            " ",
            "0",
            "-0",
            "00",
            "01",
            "-",
            "+1",
            "1.",
            ".5",
            "1.5",
            "1e",
            "1e5",
            "1E+5",
            "1e-5",
            "1e+",
            "--1",
            "0x1",
            "1 2",
            "1,",
            "true",
            "tru",
            "truex",
            "false",
            "null",
            "nul",
            "NaN",
            "Infinity",
            "\"\"",
            "\"",
            "\"a",
            "\"\\\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u00zz\"",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\\u0041\"",
            "\"\\ud83dx\"",
            "\"\u{1}\"",
            "\"\u{7f}\"",
            "\"\n\"",
            "\"é😀\u{2028}\"",
            "[]",
            "[ ]",
            "[1]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1,2]",
            "[",
            "]",
            "[]]",
            "[[]",
            "[}",
            "{}",
            "{ }",
            "{\"a\":1}",
            "{\"a\":1,}",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\" : [ {\"b\":null} , true ] }",
            "{\"a\":1,\"b\":2}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":1]",
            "[{]",
            "'a'",
            "// c\n1",
            "\u{feff}1",
            "1\u{a0}",
            "\t\r\n 1 \t\r\n",
            "[1]\0",
            "\"a\0\"",
        ];
        for case in cases {
            assert_eq!(is_value(case), serde_says(case), "{case:?}");
        }
    }

    #[test]
    fn mutations_agree_with_serde_json() {
        // Every deletion, and every replacement by a character that means something, of a document with all the grammar.
        let document = r#"{"a":[1,-2.5e+3,{"b":"\u00e9\n\ud83d\ude00x"}],"c":{"d":[]},"e":true,"f":null}"#;
        let characters: std::vec::Vec<char> = document.chars().collect();
        let mut disagreeing = 0;
        for index in 0..characters.len() {
            let mut without = characters.clone();
            without.remove(index);
            let mut texts: std::vec::Vec<std::string::String> = std::vec![without.iter().collect()];
            for other in "{}[]:,\"\\u0e-+.x \u{1}é".chars() {
                let mut replaced = characters.clone();
                replaced[index] = other;
                texts.push(replaced.iter().collect());
            }
            disagreeing += texts.iter().filter(|text| is_value(text) != serde_says(text)).count();
        }
        assert_eq!(disagreeing, 0);
        assert!(is_value(document));
    }

    #[cfg(feature = "import")]
    fn read(document: &str) -> Option<std::vec::Vec<(std::string::String, &str)>> {
        Some(super::members(document)?.map(|(name, value)| (name.characters().collect(), value)).collect())
    }

    #[cfg(feature = "import")]
    #[test]
    fn members_are_what_serde_json_reads() {
        let documents = [
            "{}",
            " { } ",
            r#"{"a":1}"#,
            r#" { "a" : 1 , "b" : [ 1 , { "c" : "}" } ] , "d":{"e":{}} , "f" : "x,\"y\":{" } "#,
            r#"{"":"","\u0061\"\\\/\b\f\n\r\t":"\u0061\"\\\/\b\f\n\r\t","\ud83d\ude00😀é\u00e9":null,"\u0000":-1e5}"#,
        ];
        for document in documents {
            let serde: serde_json::Map<_, serde_json::Value> = serde_json::from_str(document).unwrap();
            let ours = read(document).unwrap();
            assert_eq!(ours.len(), serde.len(), "{document}");
            for ((name, value), (serde_name, serde_value)) in ours.iter().zip(&serde) {
                assert_eq!(name, serde_name);
                assert_eq!(serde_json::from_str::<serde_json::Value>(value).unwrap(), *serde_value);
                assert_eq!(value.trim(), *value);
                let string = super::Text::of(value);
                assert_eq!(
                    string.map(|text| text.characters().collect::<std::string::String>()).as_deref(),
                    serde_value.as_str()
                );
                assert!(string.is_none_or(|text| text.is(serde_value.as_str().unwrap())));
            }
        }
    }

    #[cfg(feature = "import")]
    #[test]
    fn members_of_anything_else_are_none() {
        for document in
            ["", " ", "{", "}", "[]", "1", "\"{}\"", "{}{}", "{},", "{\"a\":1", "{\"a\":1,}", "[{}]", "null"]
        {
            assert!(read(document).is_none(), "{document}");
        }
    }

    #[cfg(feature = "import")]
    #[test]
    fn a_repeated_name_is_seen_after_unescaping() {
        let mut named = super::members(r#"{"kty":1,"x":2,"\u006b\u0074y":3,"ktyx":4,"kt":5}"#).unwrap();
        assert_eq!(
            named.by_ref().filter(|(name, _)| name.is("kty")).map(|(_, value)| value).collect::<std::vec::Vec<_>>(),
            ["1", "3"]
        );
        assert!(named.next().is_none());
    }

    #[test]
    fn depth_is_limited_without_recursion() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let nested = |depth: usize| std::format!("{}1{}", open.repeat(depth), close.repeat(depth));
            assert!(is_value(&nested(32)));
            assert!(!is_value(&nested(33)));
            assert!(!is_value(&open.repeat(1_000_000)));
        }
        assert!(is_value(&std::format!("{}[]{}", "[".repeat(31), "]".repeat(31))));
        assert!(!is_value(&std::format!("{}[]{}", "[".repeat(32), "]".repeat(32))));
    }
}
