//! The objects of a native host. JavaScript holds a number for each: a place, and how often that place had been given away
//! before, so that a number which was never given, or whose object is gone, finds nothing.

use crate::host::with_objects;
use std::any::Any;

/// Times that a place is given away before its numbers are used again: places and times are below 2^53 together.
const TIMES: u32 = 1 << 21;
const PLACES: u64 = 1 << 32;

pub struct Objects {
    places: Vec<Place>,
    free: Vec<usize>,
    /// Where the count of a new place begins.
    first: u32,
}

struct Place {
    times: u32,
    object: Option<Box<dyn Any>>,
}

impl Objects {
    pub fn new(first: u32) -> Self {
        Self { places: Vec::new(), free: Vec::new(), first: first % TIMES }
    }

    fn add(&mut self, object: Box<dyn Any>) -> f64 {
        let at = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place { times: self.first, object: None });
            self.places.len() - 1
        });
        let place = &mut self.places[at];
        place.object = Some(object);
        // No object's number is 0.
        (u64::from(place.times) * PLACES + at as u64 + 1) as f64
    }

    fn find(&mut self, number: f64) -> Option<(usize, &mut Place)> {
        let whole = number as u64;
        let at = usize::try_from((whole % PLACES).checked_sub(1)?).ok()?;
        let place = self.places.get_mut(at)?;
        (whole as f64 == number && u64::from(place.times) == whole / PLACES).then_some((at, place))
    }

    fn get<T: 'static>(&mut self, number: f64) -> &mut T {
        let object = self.find(number).and_then(|(_, place)| place.object.as_mut()?.downcast_mut());
        object.unwrap_or_else(|| panic!("{number} is no {} of this engine", name::<T>()))
    }

    fn free<T: 'static>(&mut self, number: f64) {
        self.get::<T>(number);
        if let Some((at, place)) = self.find(number) {
            place.object = None;
            place.times = (place.times + 1) % TIMES;
            self.free.push(at);
        }
    }
}

fn name<T>() -> &'static str {
    std::any::type_name::<T>().rsplit("::").next().unwrap_or_default()
}

pub(crate) fn add<T: 'static>(object: Box<T>) -> f64 {
    with_objects(|objects| objects.add(object))
}

pub(crate) fn with<T: 'static, R>(number: f64, work: impl FnOnce(&mut T) -> R) -> R {
    with_objects(|objects| work(objects.get(number)))
}

pub(crate) fn free<T: 'static>(number: f64) {
    with_objects(|objects| objects.free::<T>(number));
}
