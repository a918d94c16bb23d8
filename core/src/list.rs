//! Lists of the caller's.

/// Entries that the caller has as a slice, or makes one by one: C has structs of its own, and there is no heap to convert
/// them into.
pub(crate) enum List<'a, T> {
    Slice(&'a [T]),
    Made(&'a (dyn Fn(usize) -> Option<T> + Sync)),
}

impl<'a, T> Clone for List<'a, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<'a, T> Copy for List<'a, T> {}

impl<'a, T: Copy> List<'a, T> {
    fn get(&self, index: usize) -> Option<T> {
        match self {
            Self::Slice(entries) => entries.get(index).copied(),
            Self::Made(make) => make(index),
        }
    }

    /// The entries from this one on.
    pub(crate) fn from(self, first: usize) -> impl Iterator<Item = T> {
        (first..).map_while(move |index| self.get(index))
    }
}
