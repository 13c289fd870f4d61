#include "loadtest/workload.hpp"

#include <stdexcept>

namespace souk::load {
namespace {

constexpr std::string_view address =
    R"({"firstName":"Ahmed","lastName":"Khalil","email":"ahmed@example.com",)"
    R"("phone":"+962791234567","country":"JO","city":"Amman","governorate":"Amman",)"
    R"("postalCode":"11118","street":"Queen Rania Street","building":"Building 15"})";

/// What they share: how a request is spelled, and which SKU comes next.
class ApiWorkload : public Workload {
public:
    ApiWorkload(const WorkloadSettings& settings, std::size_t buyer)
        : settings_(settings), next_sku_(buyer * 7919) {}

protected:
    void write(std::string& out, std::string_view method, std::string_view path,
               std::string_view body = {}, std::string_view more_headers = {}) const {
        out.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: ");
        out.append(settings_.host).append("\r\n");
        if (!settings_.key.empty())
            out.append("Authorization: Bearer ").append(settings_.key).append("\r\n");
        if (!body.empty()) {
            out.append("Content-Type: application/json\r\nContent-Length: ");
            out.append(std::to_string(body.size())).append("\r\n");
        }
        out.append(more_headers).append("\r\n").append(body);
    }

    const Sku& next_sku() {
        if (settings_.skus.empty()) throw std::invalid_argument("this workload needs --skus");
        return settings_.skus[next_sku_++ % settings_.skus.size()];
    }

    static std::string item_json(const Sku& sku) {
        return R"({"productId":")" + sku.product_id + R"(","variantId":")" + sku.variant_id +
               R"(","quantity":1})";
    }

    const WorkloadSettings& settings_;

private:
    std::size_t next_sku_;
};

/// The text after `"id":"` up to the next quote: the first id of an answer is the thing's own.
std::string first_id(std::string_view body) {
    constexpr std::string_view key = R"("id":")";
    const auto found = body.find(key);
    if (found == body.npos) return {};
    body.remove_prefix(found + key.size());
    return std::string(body.substr(0, body.find('"')));
}

class Get : public ApiWorkload {
public:
    using ApiWorkload::ApiWorkload;
    void write_request(std::string& out) override { write(out, "GET", settings_.path); }
    bool take_answer(int, std::string_view) override { return true; }
};

/// Looks at one cart of three lines, again and again.
class CartGet : public ApiWorkload {
public:
    using ApiWorkload::ApiWorkload;
    void write_request(std::string& out) override {
        if (cart_.empty()) return write(out, "POST", "/api/v1/cart", R"({"currency":"USD"})");
        const auto path = "/api/v1/cart/" + cart_;
        if (lines_ < 3) return write(out, "POST", path + "/items", item_json(next_sku()));
        write(out, "GET", path);
    }
    bool take_answer(int, std::string_view body) override {
        if (cart_.empty()) {
            cart_ = first_id(body);
        } else if (lines_ < 3) {
            ++lines_;
        } else {
            return true;
        }
        return false;
    }

private:
    std::string cart_;
    int lines_{0};
};

/// Everyone wants the first SKU.
class ReserveHot : public ApiWorkload {
public:
    using ApiWorkload::ApiWorkload;
    void write_request(std::string& out) override { reserve(out, settings_.skus.at(0)); }
    bool take_answer(int status, std::string_view) override { return status == 201; }

protected:
    void reserve(std::string& out, const Sku& sku) const {
        write(out, "POST", "/api/v1/inventory/reserve",
              R"({"items":[)" + item_json(sku) + R"(],"reservationMinutes":60})");
    }
};

/// Everyone wants another one.
class ReserveMany : public ReserveHot {
public:
    using ReserveHot::ReserveHot;
    void write_request(std::string& out) override { reserve(out, next_sku()); }
};

/// A purchase: a cart, an item, an order. Whatever fails begins anew with another cart.
class Checkout : public ApiWorkload {
public:
    using ApiWorkload::ApiWorkload;
    void write_request(std::string& out) override {
        switch (step_) {
            case Step::cart:
                return write(out, "POST", "/api/v1/cart", R"({"currency":"USD"})");
            case Step::item:
                return write(out, "POST", "/api/v1/cart/" + cart_ + "/items",
                             item_json(next_sku()));
            case Step::order:
                return write(out, "POST", "/api/v1/orders",
                             R"({"cartId":")" + cart_ + R"(","shippingAddress":)" +
                                 std::string(address) +
                                 R"(,"billingAddress":"same","shippingMethod":"standard",)"
                                 R"("paymentMethod":"cash_on_delivery"})");
        }
    }
    bool take_answer(int status, std::string_view body) override {
        const auto answered = step_;
        step_ = Step::cart;
        if (status >= 300) return false;
        if (answered == Step::cart) {
            cart_ = first_id(body);
            step_ = Step::item;
        } else if (answered == Step::item) {
            step_ = Step::order;
        }
        return answered == Step::order;
    }

private:
    enum class Step { cart, item, order };
    Step step_{Step::cart};
    std::string cart_;
};

/// Leafs through the catalogue.
class Products : public ApiWorkload {
public:
    Products(const WorkloadSettings& settings, std::size_t buyer)
        : ApiWorkload(settings, buyer), page_(buyer) {}
    void write_request(std::string& out) override {
        write(out, "GET", "/api/v1/products?limit=20&page=" + std::to_string(page_++ % 10 + 1));
    }
    bool take_answer(int status, std::string_view) override { return status == 200; }

private:
    std::size_t page_;
};

/// Looks at one product after the other.
class ProductGet : public ApiWorkload {
public:
    using ApiWorkload::ApiWorkload;
    void write_request(std::string& out) override {
        write(out, "GET", "/api/v1/products/" + next_sku().product_id);
    }
    bool take_answer(int status, std::string_view) override { return status == 200; }
};

/// A shop's day: of 20 visits 10 leaf through the catalogue, 7 look at a product and 3 buy.
class Mixed : public Workload {
public:
    Mixed(const WorkloadSettings& settings, std::size_t buyer)
        : products_(settings, buyer),
          product_(settings, buyer),
          purchase_(settings, buyer),
          visit_(buyer) {}
    void write_request(std::string& out) override { doing().write_request(out); }
    bool take_answer(int status, std::string_view body) override {
        const bool ended = doing().take_answer(status, body);
        if (ended || status >= 300) ++visit_;
        return ended;
    }

private:
    Workload& doing() {
        constexpr std::string_view visits = "lplblplplblplplplblp";
        switch (visits[visit_ % visits.size()]) {
            case 'l':
                return products_;
            case 'p':
                return product_;
            default:
                return purchase_;
        }
    }

    Products products_;
    ProductGet product_;
    Checkout purchase_;
    std::size_t visit_;
};

/// Makes carts and leaves them: as many idle actors as there are answers.
class Carts : public ApiWorkload {
public:
    using ApiWorkload::ApiWorkload;
    void write_request(std::string& out) override {
        write(out, "POST", "/api/v1/cart", R"({"currency":"USD"})");
    }
    bool take_answer(int status, std::string_view) override { return status == 201; }
};

/// Tries passwords, each from an address of its own network when the server believes us.
class Guesses : public ApiWorkload {
public:
    Guesses(const WorkloadSettings& settings, std::size_t buyer)
        : ApiWorkload(settings, buyer), next_(buyer) {}
    void write_request(std::string& out) override {
        const auto number = next_;
        next_ += guessers;
        const auto origin = "10." + std::to_string(number / 65'536 % 256) + '.' +
                            std::to_string(number / 256 % 256) + '.' + std::to_string(number % 256);
        write(out, "POST", "/api/v1/auth/login",
              R"({"email":"victim@example.com","password":"wrong password )" +
                  std::to_string(number) + R"("})",
              "X-Forwarded-For: " + origin + "\r\n");
    }
    /// Wrong, locked out, or more than can be looked at: each is an answer.
    bool take_answer(int status, std::string_view) override {
        return status == 401 || status == 429 || status == 503;
    }

private:
    static constexpr std::size_t guessers = 997;  // more than there are connections
    std::size_t next_;
};

template <class T>
std::unique_ptr<Workload> make(const WorkloadSettings& settings, std::size_t buyer) {
    return std::make_unique<T>(settings, buyer);
}

struct Entry {
    std::string_view name;
    std::unique_ptr<Workload> (*make)(const WorkloadSettings&, std::size_t);
};
constexpr Entry entries[] = {
    {"get", make<Get>},
    {"products", make<Products>},
    {"product_get", make<ProductGet>},
    {"cart_get", make<CartGet>},
    {"carts", make<Carts>},
    {"reserve_hot", make<ReserveHot>},
    {"reserve_many", make<ReserveMany>},
    {"checkout", make<Checkout>},
    {"mixed", make<Mixed>},
    {"guesses", make<Guesses>},
};

}  // namespace

std::string workload_names() {
    std::string names;
    for (const auto& entry : entries) names.append(names.empty() ? "" : ", ").append(entry.name);
    return names;
}

std::unique_ptr<Workload> make_workload(const WorkloadSettings& settings, std::size_t buyer) {
    for (const auto& entry : entries)
        if (entry.name == settings.name) return entry.make(settings, buyer);
    throw std::invalid_argument("no workload \"" + settings.name + "\"; there are " +
                                workload_names());
}

}  // namespace souk::load
