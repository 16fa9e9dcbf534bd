//! What the engine has to be told of secrets: the language of factories, and where resources hold them.

use armlint_azure::secret::TYPED_PLACES;
use armlint_engine::secret::Knowledge;

use crate::adf_expression::secret_literals;
use crate::factory::factory_type;

/// The knowledge of this package.
pub const KNOWLEDGE: Knowledge = Knowledge {
    runtime: secret_literals,
    is_evaluated: |ty| factory_type(ty).is_some(),
    typed: TYPED_PLACES,
};
