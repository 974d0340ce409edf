#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "feel/evaluator.h"
#include "feel/value.h"

namespace dandang::dmn {

// Names with values, bound one inside the other around formulas. Frames point into it: it stays
// where it is.
class FrameNames {
 public:
  explicit FrameNames(const feel::Frame* outer) : top_(outer) {}
  FrameNames(const FrameNames&) = delete;
  FrameNames& operator=(const FrameNames&) = delete;

  void bind(std::string name, feel::Value value) {
    Bound& bound = bound_.emplace_back();
    bound.name = std::move(name);
    bound.value = std::move(value);
    bound.frame = {top_, &bound.value, &bound.name};
    top_ = &bound.frame;
  }
  // The value's members are names, and "item" is the value.
  void bind_item(feel::Value value) {
    Bound& bound = bound_.emplace_back();
    bound.value = std::move(value);
    bound.frame = {top_, &bound.value, nullptr};
    top_ = &bound.frame;
  }
  const feel::Frame* top() const { return top_; }

 private:
  struct Bound {
    std::string name;
    feel::Value value;
    feel::Frame frame;
  };
  std::deque<Bound> bound_;
  const feel::Frame* top_;
};

// What is visible where a function is written, kept for when it is called.
class CapturedNames {
 public:
  explicit CapturedNames(const feel::Frame* frame) {
    for (; frame != nullptr; frame = frame->parent) {
      if (frame->value == nullptr) continue;
      depth_ = std::max(depth_, frame->value->extent().depth + 1);
      captured_.push_back({*frame->value, frame->variable != nullptr,
                           frame->variable != nullptr ? *frame->variable : std::string()});
    }
  }
  void bind_into(FrameNames& names) const {
    for (auto captured = captured_.rbegin(); captured != captured_.rend(); ++captured) {
      if (captured->named) {
        names.bind(captured->name, captured->value);
      } else {
        names.bind_item(captured->value);
      }
    }
  }
  // Nesting of the values carried along.
  int depth() const { return depth_; }

 private:
  struct Captured {
    feel::Value value;
    bool named;
    std::string name;
  };
  std::vector<Captured> captured_;  // the innermost first
  int depth_ = 0;
};

}  // namespace dandang::dmn
