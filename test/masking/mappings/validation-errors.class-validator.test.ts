import { Equals, IsNotEmpty, Max, Min, ValidateNested, validateSync } from "class-validator";
import { classValidatorViolations } from "grpc-rich-errors/mappings";
import { describe, expect, it } from "vitest";

class Item {
  @Min(1)
  quantity = 0;
}

class Order {
  @IsNotEmpty()
  orderId = "";

  @ValidateNested({ each: true })
  items = [new Item(), Object.assign(new Item(), { quantity: 1 }), new Item()];

  @ValidateNested()
  gift = new Item();

  @Min(5)
  @Max(1)
  "odd name" = 3;
}

describe("classValidatorViolations", () => {
  it("has a violation for each broken constraint, with the path to the field", () => {
    const { badRequest } = classValidatorViolations(validateSync(new Order()));
    expect(badRequest?.fieldViolations.map(({ field, description, reason }) => [field, description, reason])).toEqual([
      ["orderId", "orderId should not be empty", "IS_NOT_EMPTY"],
      ["items[0].quantity", "quantity must not be less than 1", "MIN"],
      ["items[2].quantity", "quantity must not be less than 1", "MIN"],
      ["gift.quantity", "quantity must not be less than 1", "MIN"],
      ['["odd name"]', "odd name must not be greater than 1", "MAX"],
      ['["odd name"]', "odd name must not be less than 5", "MIN"],
    ]);
  });

  it("is empty for a valid object", () => {
    class Valid {
      @Equals(1)
      one = 1;
    }
    expect(classValidatorViolations(validateSync(new Valid())).badRequest).toBeUndefined();
  });
});
