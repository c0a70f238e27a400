//! How values cross the door. WebAssembly takes the numbers of its own types; a native host's are all JavaScript's, and
//! those that do not fit are refused.

#![allow(dead_code)] // Each host uses one of the two forms.

/// Something that an export takes.
pub trait Argument {
    /// As WebAssembly takes it.
    type Raw;
    fn from_raw(raw: Self::Raw) -> Self;
    fn from_number(number: f64) -> Self;
}

/// Something that an export gives.
pub trait Outcome {
    type Raw;
    fn into_raw(self) -> Self::Raw;
    fn into_number(self) -> f64;
}

macro_rules! numbers {
    ($($kind:ty, $from:expr;)*) => {
        $(impl Argument for $kind {
            type Raw = Self;

            fn from_raw(raw: Self) -> Self {
                raw
            }

            fn from_number(number: f64) -> Self {
                $from(number)
            }
        }

        impl Outcome for $kind {
            type Raw = Self;

            fn into_raw(self) -> Self {
                self
            }

            fn into_number(self) -> f64 {
                self as f64
            }
        })*
    };
}

numbers! {
    usize, |number| whole(number, 0.0, MOST_NUMBERS) as usize;
    u32, |number| whole(number, 0.0, u32::MAX.into()) as u32;
    i32, |number| whole(number, i32::MIN.into(), i32::MAX.into()) as i32;
    f32, |number| number as f32;
    f64, |number| number;
}

/// The largest size: kernels count in 32 bits.
const MOST_NUMBERS: f64 = (1u64 << 32) as f64;
/// JavaScript's numbers are whole up to here, and so are all products of sizes that a call may ask for.
const MOST: f64 = (1u64 << 53) as f64;

fn whole(number: f64, least: f64, most: f64) -> f64 {
    assert!(
        number.trunc() == number && number >= least && number <= most,
        "{number} is no whole number from {least} to {most}"
    );
    number
}

/// The sizes of a call of a native host: their product cannot wrap, nor can what a kernel adds for borders.
pub fn require_sizes(sizes: &[f64]) {
    let product: f64 = sizes.iter().map(|size| size.max(1.0)).product();
    assert!(product <= MOST, "sizes of {product} numbers are more than a kernel can count");
}

macro_rules! addresses {
    ($($kind:ty),*) => {
        $(impl<T> Argument for $kind {
            type Raw = Self;

            fn from_raw(raw: Self) -> Self {
                raw
            }

            fn from_number(number: f64) -> Self {
                core::ptr::without_provenance::<T>(whole(number, 0.0, MOST) as usize) as Self
            }
        })*
    };
}

addresses!(*const T, *mut T);

impl Argument for bool {
    type Raw = u32;

    fn from_raw(raw: u32) -> Self {
        raw != 0
    }

    fn from_number(number: f64) -> Self {
        number != 0.0
    }
}

impl Outcome for bool {
    type Raw = u32;

    fn into_raw(self) -> u32 {
        self.into()
    }

    fn into_number(self) -> f64 {
        f64::from(u8::from(self))
    }
}

impl Outcome for () {
    type Raw = ();

    fn into_raw(self) {}

    fn into_number(self) -> f64 {
        0.0
    }
}

/// An object: WebAssembly's host holds its address, a native one a number; both free it.
impl<T: 'static> Outcome for Box<T> {
    type Raw = *mut T;

    fn into_raw(self) -> *mut T {
        Box::into_raw(self)
    }

    #[cfg(not(target_family = "wasm"))]
    fn into_number(self) -> f64 {
        crate::objects::add(self)
    }

    #[cfg(target_family = "wasm")]
    fn into_number(self) -> f64 {
        unreachable!("WebAssembly has its own numbers")
    }
}
