//! Writes JSON straight into the output.

use crate::encoding::LARGE;
use crate::encoding::form::hex;
use crate::encoding::output::{Output, copy};

/// An object being written. The members come out in the order of the calls.
pub(crate) struct Object<'s, 'o> {
    output: &'s mut Output<'o>,
    separator: &'static [u8],
}

impl<'s, 'o> Object<'s, 'o> {
    pub(crate) fn begin(output: &'s mut Output<'o>) -> Self {
        Self { output, separator: b"{" }
    }

    fn name(&mut self, name: &str) -> &mut Output<'o> {
        self.output.put(self.separator);
        self.separator = b",";
        string(self.output, name.as_bytes());
        self.output.put(b":");
        self.output
    }

    /// A member whose value is text.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.utf8(name, value.as_bytes());
    }

    /// The same with the bytes of the text.
    pub(crate) fn utf8(&mut self, name: &str, value: &[u8]) {
        string(self.name(name), value);
    }

    /// Members whose values are texts, those that there are.
    pub(crate) fn texts(&mut self, members: &[(&str, Option<&str>)]) {
        for (name, value) in members {
            if let Some(value) = value {
                self.text(name, value);
            }
        }
    }

    /// A member whose value is text in pieces: `write` gives them.
    pub(crate) fn pieces(&mut self, name: &str, write: impl FnOnce(&mut dyn FnMut(&str))) {
        pieces(self.name(name), write);
    }

    /// A member whose value is an integer.
    pub(crate) fn integer(&mut self, name: &str, value: i64) {
        let output = self.name(name);
        if value < 0 {
            output.put(b"-");
        }
        digits(output, value.unsigned_abs());
    }

    /// A member whose value is a number of seconds.
    pub(crate) fn seconds(&mut self, name: &str, value: u64) {
        digits(self.name(name), value);
    }

    /// A member whose value is `true` or `false`.
    pub(crate) fn boolean(&mut self, name: &str, value: bool) {
        self.json(name, if value { "true" } else { "false" });
    }

    /// A member whose value is JSON text already.
    pub(crate) fn json(&mut self, name: &str, value: &str) {
        self.name(name).put(value.as_bytes());
    }

    /// A member whose value is an array; it must be ended before the next member.
    pub(crate) fn array(&mut self, name: &str) -> Array<'_, 'o> {
        Array::begin(self.name(name))
    }

    /// A member whose value is an object; it must be ended before the next member.
    pub(crate) fn object(&mut self, name: &str) -> Object<'_, 'o> {
        Object::begin(self.name(name))
    }

    /// Closes the object; at least one member must have been written.
    pub(crate) fn end(self) {
        self.output.put(b"}");
    }
}

/// An array being written; it may stay empty.
pub(crate) struct Array<'s, 'o> {
    output: &'s mut Output<'o>,
    separator: &'static [u8],
}

impl<'s, 'o> Array<'s, 'o> {
    fn begin(output: &'s mut Output<'o>) -> Self {
        output.put(b"[");
        Self { output, separator: b"" }
    }

    fn element(&mut self) -> &mut Output<'o> {
        self.output.put(self.separator);
        self.separator = b",";
        self.output
    }

    /// An element that is text.
    pub(crate) fn text(&mut self, value: &str) {
        string(self.element(), value.as_bytes());
    }

    /// An element that is text in pieces.
    pub(crate) fn pieces(&mut self, write: impl FnOnce(&mut dyn FnMut(&str))) {
        pieces(self.element(), write);
    }

    /// An element that is an object; it must be ended before the next element.
    pub(crate) fn object(&mut self) -> Object<'_, 'o> {
        Object::begin(self.element())
    }

    /// Closes the array.
    pub(crate) fn end(self) {
        self.output.put(b"]");
    }
}

/// The short escapes of U+0008 to U+000D, where there is one.
const SHORT: &[u8; 6] = b"btnufr";

/// A string with its quotes (RFC 8259 section 7): quote, backslash and U+0000 to U+001F are escaped, the rest stays UTF-8.
// Once in the image, whatever the opt-level.
#[inline(never)]
fn string(output: &mut Output<'_>, text: &[u8]) {
    // Of all bytes at once, as vectors: mostly none is escaped.
    if LARGE && text.iter().fold(0, |any, byte| any | u8::from(is_escaped(byte))) == 0 {
        if let Some([first, between @ .., last]) = output.reserve(text.len().saturating_add(2)) {
            (*first, *last) = (b'"', b'"');
            copy(between, text);
        }
        return;
    }
    output.put(b"\"");
    inside(output, text);
    output.put(b"\"");
}

/// A string whose pieces `write` gives.
fn pieces(output: &mut Output<'_>, write: impl FnOnce(&mut dyn FnMut(&str))) {
    output.put(b"\"");
    write(&mut |piece| inside(output, piece.as_bytes()));
    output.put(b"\"");
}

const fn is_escaped(byte: &u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..=0x1f)
}

/// What stands between the quotes.
fn inside(output: &mut Output<'_>, text: &[u8]) {
    let mut rest = text;
    loop {
        let plain = rest.iter().position(is_escaped).unwrap_or(rest.len());
        let Some((head, tail)) = rest.split_at_checked(plain) else { break };
        output.put(head);
        let Some((byte, after)) = tail.split_first() else { break };
        let short = match *byte {
            byte @ (b'"' | b'\\') => Some(byte),
            byte => SHORT.get(usize::from(byte.wrapping_sub(8))).copied().filter(|short| *short != b'u'),
        };
        match short {
            Some(short) => output.put(&[b'\\', short]),
            None => output.put(&[b'\\', b'u', b'0', b'0', hex(*byte >> 4, b'a'), hex(*byte & 15, b'a')]),
        }
        rest = after;
    }
}

/// Puts decimal digits.
pub(crate) fn digits(output: &mut Output<'_>, value: u64) {
    digits_of(value, |digits| output.put(digits));
}

/// Decimal digits.
pub(crate) fn digits_of(value: u64, give: impl FnOnce(&[u8])) {
    // 20 digits are enough for 2^64.
    let mut digits = [0; 20];
    let unused = if LARGE { fill(value, &mut digits) } else { fill_by_halves(value, &mut digits) };
    give(digits.get(unused..).unwrap_or_default());
}

/// Puts digits at the end, and tells how many are not used.
fn fill(mut value: u64, digits: &mut [u8; 20]) -> usize {
    let mut unused = digits.len();
    for digit in digits.iter_mut().rev() {
        *digit = b'0'.wrapping_add((value % 10) as u8);
        value /= 10;
        unused = unused.saturating_sub(1);
        if value == 0 {
            break;
        }
    }
    unused
}

/// The same by long division in steps of 32 bits: on 32-bit cores a 64-bit division is 700 bytes of library.
#[expect(clippy::cast_possible_truncation, reason = "the halves of a number, and one decimal digit")]
#[inline(always)]
fn fill_by_halves(value: u64, digits: &mut [u8; 20]) -> usize {
    let (mut high, mut low) = ((value >> 32) as u32, value as u32);
    let mut unused = digits.len();
    for digit in digits.iter_mut().rev() {
        // What is left of a division is below 10, and so is the quotient of the next step below 2^16.
        let middle = ((high % 10) << 16) | (low >> 16);
        let last = ((middle % 10) << 16) | (low & 0xffff);
        high /= 10;
        low = ((middle / 10) << 16) | (last / 10);
        *digit = b'0'.wrapping_add((last % 10) as u8);
        unused = unused.saturating_sub(1);
        if high | low == 0 {
            break;
        }
    }
    unused
}

#[cfg(test)]
mod tests {
    use super::Object;
    use crate::encoding::output::Output;

    fn written(write: impl Fn(&mut Object<'_, '_>)) -> std::string::String {
        let mut buffer = [0; 4096];
        let mut output = Output::new(&mut buffer);
        let mut object = Object::begin(&mut output);
        write(&mut object);
        object.end();
        core::str::from_utf8(output.take()).unwrap().into()
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn every_character_below_0x80_comes_back_through_serde_json() {
        for code in 0..0x80_u8 {
            // At each place of what is looked at at once.
            let text = std::format!("{:width$}{}b", "", char::from(code), width = usize::from(code) * 7 % 40);
            let value: serde_json::Value = serde_json::from_str(&written(|object| object.text(&text, &text))).unwrap();
            assert_eq!(value[text.as_str()], text.as_str());
        }
    }

    #[test]
    fn arrays_and_objects_nest() {
        let text = written(|object| {
            object.array("none").end();
            let mut array = object.array("some");
            array.text("\"");
            let mut inner = array.object();
            inner.seconds("a", 1);
            inner.array("b").end();
            inner.end();
            array.text("");
            array.end();
            let mut inner = object.object("object");
            inner.text("c", "");
            inner.end();
            object.seconds("after", 2);
        });
        assert_eq!(text, r#"{"none":[],"some":["\"",{"a":1,"b":[]},""],"object":{"c":""},"after":2}"#);
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn seconds_are_what_the_standard_library_writes() {
        let mut numbers = std::vec![0, 65_535, 65_536, u64::MAX];
        numbers.extend((0..64).flat_map(|bit| [1 << bit, (1 << bit) - 1]));
        numbers.extend((0..20).flat_map(|power| [10_u64.pow(power), 10_u64.pow(power) - 1]));
        // Equal halves are left behind the first digit, and the second.
        numbers.extend([10 * 0x1_0000_0001, 4_200 * 0x1_0000_0001 + 7]);
        for number in numbers {
            assert_eq!(written(|object| object.seconds("n", number)), std::format!("{{\"n\":{number}}}"));
            for fill in [super::fill, super::fill_by_halves] {
                let mut digits = [0; 20];
                let unused = fill(number, &mut digits);
                assert_eq!(&digits[unused..], std::format!("{number}").as_bytes());
            }
        }
    }

    #[test]
    fn integers_come_back_through_serde_json() {
        for number in [0, 1, 9, 10, -1, -10, 1_795_459_454, i64::MAX, i64::MIN] {
            let value: serde_json::Value =
                serde_json::from_str(&written(|object| object.integer("n", number))).unwrap();
            assert_eq!(value["n"], number);
        }
    }
}
