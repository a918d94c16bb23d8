//! Reads JSON that others wrote: strict, without recursion, with a depth limit.

use core::ops::Range;

use crate::encoding::output::copy;
use crate::error::Cause;

/// How many arrays and objects may be open at once.
const MAX_DEPTH: u32 = 32;

/// Whether `text` is exactly one JSON value (RFC 8259), surrogates in pairs, at most 32 levels deep.
pub(crate) fn is_value(text: &str) -> bool {
    check(text).is_ok()
}

fn check(text: &str) -> Result<(), Cause> {
    let mut reader = Reader::new(text);
    match reader.value() {
        Some(()) if reader.peek().is_none() => Ok(()),
        _ if reader.too_deep => Err(Cause::TooDeep),
        _ => Err(Cause::InvalidJson),
    }
}

/// Whether `bytes` are the beginning of an object or an array, and end too early. Of a word or an escape that is cut off
/// nobody can say whether it would have been a right one.
pub(crate) fn is_cut_off(bytes: &[u8]) -> bool {
    let valid = match core::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_some() => return false,
        Err(error) => bytes.get(..error.valid_up_to()).unwrap_or_default(),
        Ok(_) => bytes,
    };
    let mut reader = Reader { rest: valid, too_deep: false };
    let begun = matches!(reader.peek(), Some(b'{' | b'['));
    let complete = reader.value().is_some() || reader.too_deep;
    // The longest escape has 12 bytes, of which one has been taken.
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'\\';
    begun && !complete && reader.rest.len() < 11 && reader.rest.iter().all(word)
}

/// The members of an object in their order, names that occur twice included; `None` unless `text` is exactly one JSON
/// value as for [`is_value`], and that is an object.
pub(crate) fn members(text: &str) -> Option<Members<'_>> {
    (is_value(text) && Reader::new(text).peek()? == b'{').then(|| Members(Spans::new(text)))
}

/// The elements of an array in their order, each as it stands there; `None` unless `text` is exactly one JSON value as
/// for [`is_value`], and that is an array.
pub(crate) fn elements(text: &str) -> Option<Elements<'_>> {
    (is_value(text) && Reader::new(text).peek()? == b'[').then(|| Elements(Spans::new(text)))
}

/// Where the values of the members of these names stand in the object `bytes`; an empty range for a member that is absent.
///
/// # Errors
/// [`Cause::NotUtf8`], [`Cause::InvalidJson`], [`Cause::TooDeep`]; [`Cause::WrongType`] for anything but an object,
/// [`Cause::Repeated`] for a name of these that occurs twice. Other members are skipped, whatever their names.
pub(crate) fn pick<const N: usize>(bytes: &[u8], names: &[&str; N]) -> Result<[Range<usize>; N], Cause> {
    let text = core::str::from_utf8(bytes).map_err(|_| Cause::NotUtf8)?;
    check(text)?;
    if Reader::new(text).peek() != Some(b'{') {
        return Err(Cause::WrongType);
    }
    let mut members = Members(Spans::new(text));
    let mut values = [const { 0..0 }; N];
    while let Some((name, value)) = members.next() {
        let wanted = names.iter().zip(&mut values).find(|(wanted, _)| name.is(wanted));
        if let Some((_, place)) = wanted {
            if *place != (0..0) {
                return Err(Cause::Repeated);
            }
            *place = members.end().saturating_sub(value.len())..members.end();
        }
    }
    Ok(values)
}

/// What stands where in an array or an object that has been checked.
struct Spans<'a> {
    text: &'a str,
    /// Stands before the opening bracket at first, then behind a value.
    reader: Reader<'a>,
}

impl<'a> Spans<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, reader: Reader::new(text) }
    }

    /// Where the reader stands, in bytes from the beginning of the text.
    fn position(&self) -> usize {
        self.text.len().saturating_sub(self.reader.rest.len())
    }

    /// Takes the opening bracket or a comma; `None` at the closing one.
    fn go_on(&mut self, opening: u8) -> Option<()> {
        self.reader.take(opening).or_else(|| self.reader.take(b','))
    }

    /// What `read` takes, without the white space before it.
    fn span(&mut self, read: impl FnOnce(&mut Reader<'a>) -> Option<()>) -> Option<&'a str> {
        self.reader.peek()?;
        let from = self.position();
        read(&mut self.reader)?;
        self.text.get(from..self.position())
    }
}

/// Yields name and value; the value as it stands there, without white space around it.
pub(crate) struct Members<'a>(Spans<'a>);

impl Members<'_> {
    /// Where the value that came last ends, in bytes from the beginning of the text.
    pub(crate) fn end(&self) -> usize {
        self.0.position()
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (Text<'a>, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.go_on(b'{')?;
        // An empty object has no name behind its opening brace.
        let name = self.0.span(|reader| reader.take(b'"').and_then(|()| reader.string()))?;
        self.0.reader.take(b':')?;
        let value = self.0.span(Reader::value)?;
        Some((Text::of(name)?, value))
    }
}

/// Yields each element, without white space around it.
pub(crate) struct Elements<'a>(Spans<'a>);

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.0.go_on(b'[')?;
        // An empty array has no value behind its opening bracket.
        self.0.span(Reader::value)
    }
}

/// A string as it stands between its quotes, escapes and all.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a>(&'a str);

impl<'a> Text<'a> {
    /// The string that `value`, a value of [`Members`] or [`Elements`], is; `None` if it is something else.
    pub(crate) fn of(value: &'a str) -> Option<Self> {
        value.strip_prefix('"')?.strip_suffix('"').map(Self)
    }

    /// The characters that the string stands for.
    pub(crate) fn characters(self) -> Characters<'a> {
        Characters(self.0.chars())
    }

    /// What stands between the quotes, if that is what the string stands for.
    pub(crate) fn plain(self) -> Option<&'a str> {
        (!self.0.contains('\\')).then_some(self.0)
    }

    /// What stands between the quotes, escapes and all.
    pub(crate) const fn as_written(self) -> &'a str {
        self.0
    }

    /// The bytes that stand between the quotes; what the string stands for has no more.
    pub(crate) const fn size(self) -> usize {
        self.0.len()
    }

    /// Whether both stand for the same.
    pub(crate) fn same(self, other: Text<'_>) -> bool {
        self.characters().eq(other.characters())
    }

    /// Whether the string stands for `plain`.
    pub(crate) fn is(self, plain: &str) -> bool {
        self.characters().eq(plain.chars())
    }
}

/// Unescapes one character at a time, so that there is no copy of a secret to wipe.
pub(crate) struct Characters<'a>(core::str::Chars<'a>);

impl Iterator for Characters<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let escaped = self.0.as_str();
        match self.0.next()? {
            '\\' => {
                let (character, length) = escape(escaped.as_bytes())?;
                self.0 = escaped.get(length..)?.chars();
                Some(character)
            }
            character => Some(character),
        }
    }
}

/// The character that an escape at the beginning of `bytes` stands for, and the bytes of that escape; `None` for what is
/// no escape (RFC 8259 section 7), and for half a pair of surrogates.
fn escape(bytes: &[u8]) -> Option<(char, usize)> {
    let plain = match *bytes.get(1)? {
        itself @ (b'"' | b'\\' | b'/') => char::from(itself),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let first = code_unit(bytes)?;
            let (scalar, length) = match first {
                0xd800..=0xdbff => {
                    let second = code_unit(bytes.get(6..)?)?;
                    if !matches!(second, 0xdc00..=0xdfff) {
                        return None;
                    }
                    (0x1_0000_u32.wrapping_add((first & 0x3ff) << 10 | second & 0x3ff), 12)
                }
                _ => (first, 6),
            };
            return Some((char::from_u32(scalar)?, length));
        }
        _ => return None,
    };
    Some((plain, 2))
}

/// The code unit of UTF-16 that `\uXXXX` at the beginning of `bytes` stands for.
fn code_unit(bytes: &[u8]) -> Option<u32> {
    let mut unit = 0;
    for digit in bytes.strip_prefix(b"\\u")?.get(..4)? {
        unit = unit << 4 | char::from(*digit).to_digit(16)?;
    }
    Some(unit)
}

/// Unescapes the string that stands at `value` in a checked document, quotes included, where it stands; says where its
/// characters are then. `None` if no string stands there: the document is as it was.
pub(crate) fn unescape_in_place(document: &mut [u8], value: Range<usize>) -> Option<Range<usize>> {
    let inside = value.start.checked_add(1)?..value.end.checked_sub(1)?;
    if document.get(value.start) != Some(&b'"') {
        return None;
    }
    let length = unescape(document.get_mut(inside.clone())?);
    Some(inside.start..inside.start.saturating_add(length))
}

/// Unescapes what stands between the quotes of a string; gives the bytes of what it stands for.
fn unescape(string: &mut [u8]) -> usize {
    let (mut read, mut written) = (0_usize, 0_usize);
    while let Some(byte) = string.get(read).copied() {
        let mut room = [byte; 4];
        let mut length = 1;
        let mut taken = 1;
        if byte == b'\\'
            && let Some((character, bytes)) = string.get(read..).and_then(escape)
        {
            length = character.encode_utf8(&mut room).len();
            taken = bytes;
        }
        // An escape is never shorter than what it stands for, so this stays behind the reader.
        copy(string.get_mut(written..).unwrap_or_default(), room.get(..length).unwrap_or_default());
        read = read.saturating_add(taken);
        written = written.saturating_add(length);
    }
    written
}

struct Reader<'a> {
    rest: &'a [u8],
    /// Whether it stopped because of [`MAX_DEPTH`].
    too_deep: bool,
}

impl<'a> Reader<'a> {
    const fn new(text: &'a str) -> Self {
        Self { rest: text.as_bytes(), too_deep: false }
    }

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
                    self.too_deep = true;
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
            let here = self.rest;
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => self.rest = here.get(escape(here)?.1..)?,
                0..=0x1f => return None,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
