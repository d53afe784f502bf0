//! Ranges, uses and conditions of sized families, as an expansion writes them.

/// One step of an expression in postfix order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// The own index at this position.
    Index(u32),
    /// The size at this position.
    Size(u32),
    /// A constant.
    Number(isize),
    /// The sum of two values.
    Add,
    /// The first value minus the second one.
    Sub,
    /// The product of two values.
    Mul,
    /// The quotient, rounded towards zero.
    Div,
    /// The remainder, with the sign of the first value.
    Rem,
    /// The first value shifted to the left by the second one.
    Shl,
    /// The first value shifted to the right by the second one, with its sign.
    Shr,
    /// Minus the value.
    Neg,
    /// A value that is anything else.
    Unknown,
}

/// An expression over the own indices and the sizes. An empty one is unknown.
pub type Code = &'static [Op];

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

/// A comparison that holds where a use is made. Conditions that are left out can only weaken what is proven.
#[derive(Clone, Copy, Debug)]
pub struct Condition {
    /// The left side.
    pub left: Code,
    /// How the sides compare.
    pub relation: Relation,
    /// The right side.
    pub right: Code,
}

/// The ranges of a family's indices.
#[derive(Clone, Copy, Debug)]
pub struct Ranges {
    /// The names of the indices, for messages.
    pub names: &'static [&'static str],
    /// For each index the start and the exclusive end of its range, over the earlier indices and the sizes.
    pub dims: &'static [(Code, Code)],
}

/// The use of a member, or of a slice of members.
#[derive(Clone, Copy, Debug)]
pub struct UseForm {
    /// The indices of the used member; of a slice the first ones.
    pub indices: &'static [Code],
    /// The start and the exclusive end of a slice's last index. The code of a side that is open is empty, that of one
    /// that is unknown is [`Op::Unknown`].
    pub slice: Option<(Code, Code)>,
    /// What holds where the use is made.
    pub conditions: &'static [Condition],
}
