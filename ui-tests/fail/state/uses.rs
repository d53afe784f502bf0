//! Uses of an input that tasks change, where it cannot be used so.

use dag_runtime::{dag, task};

#[task]
fn change(vel: &mut Vec<f64>) {
    vel.clear();
}

#[task]
fn share(vel: &[f64]) -> usize {
    vel.len()
}

#[task]
fn of_number(number: &u32, vel: &mut Vec<f64>) {
    vel.push(f64::from(*number));
}

#[task]
fn numbers() -> Vec<u32> {
    vec![1]
}

#[task(depends = [numbers], each = numbers)]
fn of_each(numbers: &u32, vel: &[f64]) -> f64 {
    f64::from(*numbers) + vel[0]
}

#[task]
fn both(one: &mut [f64], other: &[f64]) {
    one[0] = other[0];
}

dag! {
    graph Clauses<'a>(vel: &'a mut Vec<f64>, plain: &'a mut [f64]) -> share {
        numbers,
        change(vel) when !vel.is_empty() on vel.len(),
        of_number(each &numbers, vel) after [change],
        all = share(each vel) after [of_number],
        share(each plain),
    }

    /// By an attribute, `each` is known later.
    graph Attribute<'a>(vel: &'a mut Vec<f64>) {
        numbers,
        of_each(&mut vel[1..]),
    }

    /// What a method does not say is that it changes what it is called on.
    graph Rust<'a>(vel: &'a mut Vec<f64>) {
        change(vel),
        first = both(vel.as_mut_slice(), &[]) after [change],
        second = both(&mut vel[1..], &vel[..1]) after [first],
    }
}

fn main() {}
